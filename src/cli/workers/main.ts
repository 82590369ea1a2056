import cluster from 'node:cluster';
import type { AskStore } from '../../auth/sessions/asked-store.ts';
import type { Generation } from '../../generation.ts';
import { tendMemory } from '../../lib/process-memory.ts';
import { createLog } from '../../observability/log.ts';
import { Metrics } from '../../observability/metrics.ts';
import { OwnDataPlane } from '../../own-data-plane.ts';
import { untilStopped } from '../until-stopped.ts';
import { answerCalls } from './answer-calls.ts';
import type { Calls } from './calls.ts';
import { PrimarySessions } from './primary-sessions.ts';

// What a worker runs: a gateway without sources and without the operator's door, which does what
// it is asked. It ends when it is told to, and at once with the process that started it.

tendMemory();
using stop = untilStopped();
const toldToStop = Promise.withResolvers<void>();
// The process that started it is sent this signal as well, and reads again for all.
process.on('SIGHUP', () => {});

const metrics = new Metrics();
const log = createLog('info', undefined, { worker: cluster.worker?.id });
const sessions = new PrimarySessions(process);
const askSessions: AskStore = (question, signal) => sessions.ask(question, signal);
const plane = new OwnDataPlane({ log, metrics, askSessions }, {});
const life = new AbortController();
let built: Generation | undefined;

/** What was built, which then belongs to the caller. */
function taken(): Generation | undefined {
  const generation = built;
  built = undefined;
  return generation;
}

async function discard(): Promise<void> {
  await taken()?.[Symbol.asyncDispose]();
}

answerCalls<Calls>(process, {
  async build({ sdl, config }) {
    await discard();
    built = await plane.build(sdl, config, life.signal);
  },
  async serve({ config, built: isBuilt }) {
    plane.serve(config, isBuilt ? taken() : undefined);
  },
  discard,
  listen: () => plane.listen(),
  metrics: () => metrics.snapshot(),
  upstreams: () => plane.upstreams(),
  steer: (steering) => plane.steer(steering),
  async stop() {
    toldToStop.resolve();
  },
});
await Promise.race([stop.stopped, toldToStop.promise]);
life.abort();
await discard();
await plane[Symbol.asyncDispose]();
process.exit();
