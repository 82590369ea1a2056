import { parentPort, workerData } from 'node:worker_threads';
import { compose } from './compose.ts';

// A thread of `composeApart`: it composes what it was given, answers, and ends.
parentPort?.postMessage(compose(workerData));
