import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Asks a gateway while others attack it. */
export interface Bystander extends AsyncDisposable {
  /** Asks every 15 ms from now on; settles with the first answer. */
  begin(): Promise<void>;
  /** Stops asking. `Infinity` where it was not answered. */
  longestWaitMs(): Promise<number>;
}

/** Starts the thread of one, who asks the process `pid` at `url`. */
export async function startBystander(url: string, pid: number): Promise<Bystander> {
  const worker = new Worker(new URL('./bystander.ts', import.meta.url), {
    workerData: { url, pid },
  });
  await once(worker, 'online');
  return {
    async begin() {
      worker.postMessage('begin');
      await once(worker, 'message');
    },
    async longestWaitMs() {
      worker.postMessage('end');
      const [waits] = await once(worker, 'message');
      return Math.max(...waits);
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
