import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A thread that listens and then sleeps for good: the system queues connections, up to a few. */
const sleeper = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { port, host } = workerData;
  const server = require('node:net').createServer().listen(port, host, 1, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** More than the system queues for a server whose backlog is 1. */
const queued = 4;

/** A port, of itself a free one, on which connections are neither accepted nor refused. */
export async function unaccepting({
  host = '127.0.0.1',
  port: wanted = 0,
} = {}): Promise<AsyncDisposable & { readonly url: string }> {
  const worker = new Worker(sleeper, { eval: true, workerData: { host, port: wanted } });
  const [port] = await once(worker, 'message');
  const fillers = Array.from({ length: queued }, () => connect(port, host));
  for (const filler of fillers) filler.on('error', () => filler.destroy());
  await Promise.all(fillers.slice(0, 2).map((filler) => once(filler, 'connect')));
  return {
    url: `http://${host}:${port}/`,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}
