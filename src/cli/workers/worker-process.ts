import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { MetricsSnapshot } from '../../observability/metrics.ts';
import { answerCalls } from './answer-calls.ts';
import {
  type AnswerMessage,
  type CallMessage,
  type Calls,
  isCall,
  type PrimaryCalls,
} from './calls.ts';
import { Handovers } from './handovers.ts';
import { OpenCalls } from './open-calls.ts';

/** It has the extension that this file has: it runs from sources and when built. */
const file = new URL(import.meta.url.replace(/worker-process(\.\w+)$/, 'main$1'));

/** How a worker ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Where there was never a process. */
  readonly cause?: unknown;
}

/** A worker is no more, and nothing can be asked of it. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';

  constructor({ code, signal, cause }: WorkerEnd) {
    super(`A worker ended with ${signal ?? `exit code ${code}`}`, { cause });
  }
}

/** One worker, as the process that started it sees it. */
export class WorkerProcess {
  /** Settles when it has ended, for whatever reason. */
  readonly ended: Promise<WorkerEnd>;
  /** True once it takes requests. */
  isReady = false;
  /** What it had measured when it was last asked. */
  snapshot: MetricsSnapshot = [];
  readonly #worker: Worker;
  readonly #handovers: Handovers;
  readonly #othersListen: () => boolean;
  readonly #ending = Promise.withResolvers<WorkerEnd>();
  readonly #calls: OpenCalls<Calls>;
  #end: WorkerEnd | undefined;

  /**
   * `othersListen` tells whether the connections that it leaves can go to another one. `calls` is
   * what it may ask for itself.
   */
  constructor(othersListen: () => boolean, calls: PrimaryCalls) {
    this.ended = this.#ending.promise;
    this.#othersListen = othersListen;
    cluster.setupPrimary({ exec: fileURLToPath(file), args: [], serialization: 'advanced' });
    this.#worker = cluster.fork();
    this.#handovers = new Handovers(this.#worker);
    // What cannot be sent is no failure of its own: the worker has ended, or is about to.
    this.#calls = new OpenCalls((call) => this.#worker.send(call, () => {}));
    answerCalls(this.#worker.process, calls);
    this.#worker.process.on('message', (message: CallMessage | AnswerMessage) => {
      if (!isCall(message)) this.#calls.settle(message);
    });
    this.#worker.once('exit', (code: number | null, signal: NodeJS.Signals | null) => {
      this.#finish({ code, signal });
    });
    this.#worker.on('error', (cause) => {
      // Of a process that runs, an end follows that says more.
      if (this.pid === undefined) this.#finish({ code: null, signal: null, cause });
    });
  }

  get id(): number {
    return this.#worker.id;
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** Settles with what it answers; rejects with `WorkerLost` when it ends before. */
  async ask<Name extends keyof Calls>(
    name: Name,
    given: Parameters<Calls[Name]>[0],
    signal: AbortSignal,
  ): Promise<Awaited<ReturnType<Calls[Name]>>> {
    if (this.#end !== undefined) throw new WorkerLost(this.#end);
    return this.#calls.ask(name, given, signal);
  }

  /** Ends it at once. */
  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  #finish(end: WorkerEnd): void {
    this.#end = end;
    this.isReady = false;
    this.#calls.end(new WorkerLost(end));
    this.#ending.resolve(end);
    const giveUp = (): void => this.#handovers.giveUp(this.#othersListen());
    // Before its channel is closed, Node would hand them to the dead worker again.
    if (this.#worker.isConnected()) this.#worker.once('disconnect', giveUp);
    else giveUp();
  }
}
