import { parentPort, workerData } from 'node:worker_threads';
import { runInBackground } from '../lib/background.ts';
import { compose } from './compose.ts';

// A thread of `composeApart`: it composes what it was given, answers, and ends.
runInBackground();
parentPort?.postMessage(compose(workerData));
