import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { StartupError } from '../errors.ts';
import { runInBackground } from '../lib/background.ts';
import { type OpenSupergraph, openSupergraph } from './open-supergraph.ts';
import type { PlanRequest } from './query-plan.ts';
import { tooLargeToPlan, unplanned } from './unplanned.ts';
import type { Opening, PlanAnswer, WorkerInput } from './worker-messages.ts';

// What a planner's thread runs: it opens one supergraph, then plans what it is sent.

assert(parentPort !== null, 'A planner runs in a worker thread');
runInBackground();
const port = parentPort;
const { opening, plan } = open(workerData);
// The thread stays until it is ended, also with nothing to plan.
port.ref();
port.postMessage(opening);
if (plan !== undefined) {
  port.on('message', (request: PlanRequest) => {
    port.postMessage(answer(request, plan, workerData));
  });
}

interface Opened {
  readonly opening: Opening;
  readonly plan?: OpenSupergraph['plan'];
}

function open({ sdl, file, tells, maxPaths }: WorkerInput): Opened {
  try {
    const { facts, apiSdl, plan } = openSupergraph(sdl, file, maxPaths);
    return { opening: { kind: 'ready', ...(tells && { told: { facts, apiSdl } }) }, plan };
  } catch (thrown) {
    if (!(thrown instanceof StartupError)) throw thrown;
    return { opening: { kind: 'unusable', problems: thrown.problems } };
  }
}

function answer(
  request: PlanRequest,
  plan: OpenSupergraph['plan'],
  { maxPlanBytes }: WorkerInput,
): PlanAnswer {
  try {
    const json = JSON.stringify(plan(request));
    if (json.length <= maxPlanBytes) return { kind: 'plan', json };
    throw tooLargeToPlan();
  } catch (thrown) {
    const { code, message, cause } = unplanned(thrown);
    return { kind: 'failure', code, message, why: inspect(cause) };
  }
}
