import type { Worker } from 'node:worker_threads';

/** How often the thread is looked at, in milliseconds. */
const intervalMs = 50;

/**
 * Calls `exceeded` once `worker` has taken more than `maxMs` of CPU since the watch began. Unlike a
 * time on the clock this says the same on a busy machine as on an idle one. Where Node does not tell
 * the CPU time of a thread (before 24.6), all time counts. Dispose it when the worker rests.
 */
export class CpuWatch implements Disposable {
  readonly #timer: NodeJS.Timeout;
  readonly #beganMs = performance.now();
  /** What the worker had taken when the watch began. */
  #beforeMs: number | undefined;

  constructor(worker: Worker, maxMs: number, exceeded: () => void) {
    const look = async () => {
      if ((await this.#takenMs(worker)) > maxMs) exceeded();
    };
    this.#timer = setInterval(look, intervalMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Most plans are there before the first look, which so takes all time until then for theirs. */
  async #takenMs(worker: Worker): Promise<number> {
    const elapsedMs = performance.now() - this.#beganMs;
    const cpuMs = await cpuMsOf(worker);
    if (cpuMs === undefined) return elapsedMs;
    this.#beforeMs ??= cpuMs - elapsedMs;
    return cpuMs - this.#beforeMs;
  }
}

/** Undefined where it is not told: also of a worker that has ended, or is not there yet. */
async function cpuMsOf(worker: Worker): Promise<number | undefined> {
  if (typeof worker.cpuUsage !== 'function') return undefined;
  try {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1_000;
  } catch {
    return undefined;
  }
}
