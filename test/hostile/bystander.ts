import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

// A thread of its own: what the test does meanwhile does not count as waiting.

/** Between two questions, in milliseconds. */
const everyMs = 15;
const body = JSON.stringify({ query: '{ __typename }' });
const headers = { 'content-type': 'application/json' };
const agent = new Agent({ keepAlive: true });
const asked: Promise<number>[] = [];

/** How long an answer took, in milliseconds; `Infinity` for one that was not right. */
function ask(url: string): Promise<number> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume().once('end', () => {
        const took = performance.now() - startedMs;
        resolve(response.statusCode === 200 ? took : Number.POSITIVE_INFINITY);
      });
    });
    sent.once('error', () => resolve(Number.POSITIVE_INFINITY));
    sent.end(body);
  });
}

const asking = setInterval(() => asked.push(ask(workerData.url)), everyMs);
parentPort?.once('message', async () => {
  clearInterval(asking);
  // One more, which is answered after all that was sent before.
  asked.push(ask(workerData.url));
  parentPort?.postMessage(await Promise.all(asked));
  agent.destroy();
});
asked.push(ask(workerData.url));
await Promise.all(asked);
parentPort?.postMessage('asking');
