import { StartupError } from '../../errors.ts';
import { WorkerLost, type WorkerProcess } from './worker-process.ts';

/**
 * Asks all of them, and gives the answers. Throws what one of them refused with. Those that end
 * meanwhile count for nothing, since others take their places, unless none is left.
 */
export async function askEach<Answer>(
  workers: readonly WorkerProcess[],
  ask: (worker: WorkerProcess) => Promise<Answer>,
): Promise<ReadonlyMap<WorkerProcess, Answer>> {
  const answers = new Map<WorkerProcess, Answer>();
  const failures: unknown[] = [];
  await Promise.all(
    workers.map(async (worker) => {
      try {
        answers.set(worker, await ask(worker));
      } catch (failure) {
        failures.push(failure);
      }
    }),
  );
  const refusal = failures.find((failure) => !(failure instanceof WorkerLost));
  if (refusal !== undefined) throw refusal;
  if (answers.size === 0) throw failures[0] ?? noWorker();
  return answers;
}

function noWorker(): StartupError {
  const message = 'No worker is there to try it: all of them are being replaced';
  return new StartupError('unreachable', [{ code: 'NO_WORKER', message }]);
}
