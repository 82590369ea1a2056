import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { MachineDelay } from './machine-delay.ts';

// A thread of its own: what the test does meanwhile does not count as waiting.

/** Between two questions, in milliseconds. */
const everyMs = 15;
const body = JSON.stringify({ query: '{ __typename }' });
const headers = { 'content-type': 'application/json' };
const { url, pid } = workerData;
let agent = new Agent({ keepAlive: true });
let asked: Promise<number>[] = [];
let asking: NodeJS.Timeout | undefined;

/** How long an answer took, in milliseconds; `Infinity` for one that was not right. */
function ask(): Promise<number> {
  const startedMs = performance.now();
  const delay = new MachineDelay(pid);
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume().once('end', () => {
        const took = performance.now() - startedMs - delay.ms();
        resolve(response.statusCode === 200 ? took : Number.POSITIVE_INFINITY);
      });
    });
    sent.once('error', () => resolve(Number.POSITIVE_INFINITY));
    sent.end(body);
  });
}

async function begin(): Promise<void> {
  asking = setInterval(() => asked.push(ask()), everyMs);
  asked.push(ask());
  await Promise.all(asked);
  parentPort?.postMessage('asking');
}

async function end(): Promise<void> {
  clearInterval(asking);
  // One more, which is answered after all that was sent before.
  asked.push(ask());
  parentPort?.postMessage(await Promise.all(asked));
  asked = [];
  agent.destroy();
  agent = new Agent({ keepAlive: true });
}

parentPort?.on('message', (what: 'begin' | 'end') => void (what === 'begin' ? begin() : end()));
