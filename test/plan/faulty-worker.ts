import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerInput } from '../../src/plan/worker-messages.ts';

// A planner with two bugs: of a file named `once` it starts one thread only, and it dies of one text.

const { file, tells }: WorkerInput = workerData;
if (file === 'once' && !tells) throw new Error('It does not start');
const post = parentPort?.postMessage.bind(parentPort);
if (parentPort !== null) {
  parentPort.postMessage = (answer: unknown) => {
    if (JSON.stringify(answer).includes('deadly')) throw new Error('A bug');
    post?.(answer);
  };
}
await import('../../src/plan/planner-worker.ts');
