import type { Logger } from '../../observability/log.ts';
import type { WorkerMetrics } from '../../observability/worker-metrics.ts';
import type { PrimaryCalls } from './calls.ts';
import { RestartDelay } from './restart-delay.ts';
import { type WorkerEnd, WorkerProcess } from './worker-process.ts';

export interface WorkerPoolSetup {
  /** How many there are to be. */
  readonly wanted: number;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
  /** What workers may ask of this process. */
  readonly calls: PrimaryCalls;
  /** Is told of each one that was started. */
  readonly started: (worker: WorkerProcess) => void;
  /** Is told of each one that has ended, before another takes its place. */
  readonly lost: (worker: WorkerProcess) => void;
}

/** Keeps a number of workers running: one that ends is replaced. */
export class WorkerPool {
  readonly #setup: WorkerPoolSetup;
  readonly #all = new Set<WorkerProcess>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #isStopping = false;

  constructor(setup: WorkerPoolSetup) {
    this.#setup = setup;
  }

  get all(): readonly WorkerProcess[] {
    return [...this.#all];
  }

  /** Those that take requests. */
  get ready(): readonly WorkerProcess[] {
    return this.all.filter(({ isReady }) => isReady);
  }

  /** Starts those that are missing. */
  fill(): void {
    const missing = this.#setup.wanted - this.#all.size - this.#restarts.size;
    for (let count = 0; count < missing; count += 1) this.#start(new RestartDelay());
  }

  /** Ends all of them: at once those without requests, and the others within `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#restarts) clearTimeout(timer);
    const { all } = this;
    const never = new AbortController().signal;
    for (const worker of all) {
      if (worker.isReady) worker.ask('stop', undefined, never).catch(() => {});
      else worker.kill();
    }
    const kill = (): void => {
      for (const worker of all) worker.kill();
    };
    const late = setTimeout(kill, graceMs);
    await Promise.all(all.map(({ ended }) => ended));
    clearTimeout(late);
  }

  /** `delay` knows how those ended that were in its place before. */
  #start(delay: RestartDelay): void {
    const startedMs = performance.now();
    const worker = new WorkerProcess(() => this.ready.length > 0, this.#setup.calls);
    this.#all.add(worker);
    void worker.ended.then((end) => {
      this.#all.delete(worker);
      this.#setup.lost(worker);
      if (!this.#isStopping) this.#replace(worker, end, delay, performance.now() - startedMs);
    });
    this.#setup.started(worker);
  }

  #replace({ id, pid }: WorkerProcess, end: WorkerEnd, delay: RestartDelay, livedMs: number): void {
    const { log, metrics } = this.#setup;
    const { code, signal, cause: err } = end;
    const restartInMs = delay.after(livedMs);
    metrics.restart(signal ?? 'exit');
    const fields = { worker: id, pid, code, signal, err, restartInMs };
    log.error(fields, 'A worker ended before its time: another takes its place');
    if (restartInMs === 0) {
      this.#start(delay);
      return;
    }
    const timer = setTimeout(() => {
      this.#restarts.delete(timer);
      this.#start(delay);
    }, restartInMs);
    this.#restarts.add(timer);
  }
}
