import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  type Difference,
  type DifferentialOptions,
  differential,
  type Tally,
} from './differential.ts';

/** Without what cannot be passed from thread to thread. */
type JobOptions = Omit<DifferentialOptions, 'found' | 'altered'>;

/** Shares the splits among as many threads as there are `jobs`; the same splits, however many. */
export async function inJobs(
  jobs: number,
  options: DifferentialOptions,
): Promise<readonly Tally[]> {
  if (jobs === 1) return [await differential(options)];
  const { found, altered: _, ...shared } = options;
  const share = { operations: options.operations / jobs, splits: Math.ceil(options.splits / jobs) };
  return Promise.all(
    Array.from({ length: jobs }, (_, index) =>
      job({ ...shared, ...share, seed: options.seed + index, stride: jobs }, found),
    ),
  );
}

async function job(options: JobOptions, found: DifferentialOptions['found']): Promise<Tally> {
  const worker = new Worker(new URL(import.meta.url), { workerData: options });
  worker.on('message', (message: Tally | Difference) => {
    if ('sdls' in message) found?.(message);
  });
  const tally = new Promise<Tally>((resolve, reject) => {
    worker.on('message', (message: Tally | Difference) => {
      if ('splits' in message) resolve(message);
    });
    worker.once('error', reject);
  });
  const [answer] = await Promise.all([tally, once(worker, 'exit')]);
  return answer;
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const options = workerData as JobOptions;
  port.postMessage(await differential({ ...options, found: (one) => port.postMessage(one) }));
}
