import { StartupError } from '../errors.ts';
import { inSlices } from '../lib/in-slices.ts';
import { apiSchemaSteps } from './api-schema.ts';
import type { Planner } from './planner.ts';
import { ThreadLost } from './planner-thread.ts';
import { type PlannerInput, PlannerThreads } from './planner-threads.ts';
import type { ToldSupergraph } from './worker-messages.ts';

/** How long the thread is held up at a time, in milliseconds: a request meets it several times. */
const sliceMs = 1;

/**
 * A planner in threads of its own, so that nothing that it does holds up this one. Throws a
 * `StartupError` when the supergraph cannot be used, and the reason of `signal` when that aborts.
 */
export async function startPlanner(
  input: PlannerInput,
  signal: AbortSignal,
): Promise<Planner & AsyncDisposable> {
  signal.throwIfAborted();
  const threads = new PlannerThreads(input);
  const end = () => threads[Symbol.asyncDispose]();
  signal.addEventListener('abort', end, { once: true });
  try {
    const { facts, apiSdl } = await open(threads, input);
    const apiSchema = await inSlices(apiSchemaSteps(apiSdl), sliceMs);
    signal.throwIfAborted();
    const plan: Planner['plan'] = (request, isWanted) => threads.plan(request, isWanted);
    return { ...facts, apiSchema, plan, [Symbol.asyncDispose]: end };
  } catch (failure) {
    await end();
    signal.throwIfAborted();
    throw failure;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

async function open(threads: PlannerThreads, { file }: PlannerInput): Promise<ToldSupergraph> {
  try {
    return await threads.start();
  } catch (cause) {
    if (!(cause instanceof ThreadLost)) throw cause;
    const message =
      cause.loss === 'memory'
        ? 'The supergraph does not fit into the memory of a planner: raise graphql.planning.memory'
        : 'The planner did not start';
    const problem = { code: 'PLANNER_NOT_STARTED', message, ...(file !== undefined && { file }) };
    throw new StartupError('supergraph', [problem], { cause });
  }
}
