import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { GatewayError, StartupError } from '../errors.ts';
import { CpuWatch } from './cpu-watch.ts';
import { MemoryWatch } from './memory-watch.ts';
import type { PlanningOptions } from './options.ts';
import type { PlannedOperation, PlanRequest } from './query-plan.ts';
import type { ToldSupergraph, WorkerInput, WorkerMessage } from './worker-messages.ts';

/** Why a thread ended before its time. */
export type Loss = 'timeout' | 'memory' | 'crash';

/** A thread is no more, and nothing else can be asked of it. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost';
  readonly loss: Loss;

  constructor(loss: Loss, cause: unknown) {
    super(`The planner's thread was lost: ${loss}`, { cause });
    this.loss = loss;
  }
}

/**
 * What V8 is given beyond the bound that is watched over, in MiB. Memory that could be freed stays
 * below the bound as long as what is in use leaves this much of it.
 */
const slackMiB = 256;

/** A planner in a thread of its own. It makes one plan at a time. */
export class PlannerThread implements AsyncDisposable {
  /** Settles when the thread has ended, for whatever reason. */
  readonly lost: Promise<ThreadLost>;
  readonly #worker: Worker;
  readonly #memoryBytes: number;
  readonly #whenLost = Promise.withResolvers<ThreadLost>();
  #loss: ThreadLost | undefined;
  /** What waits for the next message. */
  #next = Promise.withResolvers<WorkerMessage>();

  constructor(input: WorkerInput, memoryBytes: number, file = ownFile()) {
    this.lost = this.#whenLost.promise;
    this.#memoryBytes = memoryBytes;
    const maxOldGenerationSizeMb = memoryBytes / 2 ** 20 + slackMiB;
    const resourceLimits = { maxOldGenerationSizeMb };
    this.#worker = new Worker(file, { name: 'planner', workerData: input, resourceLimits });
    this.#worker.on('message', (message: WorkerMessage) => this.#next.resolve(message));
    this.#worker.on('error', (cause) => this.#lose(lossOf(cause), cause));
    this.#worker.on('exit', (code) => this.#lose('crash', new Error(`Exit code ${code}`)));
  }

  get isLost(): boolean {
    return this.#loss !== undefined;
  }

  /** Waits until it can plan. Throws a `StartupError` when the supergraph cannot be used. */
  async open(): Promise<ToldSupergraph | undefined> {
    using _ = this.#watch();
    const message = await this.#next.promise;
    if (message.kind === 'ready') return message.told;
    if (message.kind === 'unusable') throw new StartupError('supergraph', message.problems);
    throw new TypeError('A planner answers what it was asked');
  }

  /** Makes a plan. A thread that takes longer than `timeout`, or more CPU than `cpu`, is ended. */
  async plan(
    request: PlanRequest,
    { timeout, cpu }: Pick<PlanningOptions, 'timeout' | 'cpu'>,
  ): Promise<PlannedOperation> {
    if (this.#loss !== undefined) throw this.#loss;
    const late = (limit: string) => this.#lose('timeout', new Error(`No plan within ${limit}`));
    using _memory = this.#watch();
    using _cpu = new CpuWatch(this.#worker, cpu, () => late(`${cpu} ms of CPU`));
    const timer = setTimeout(late, timeout, `${timeout} ms`);
    try {
      this.#next = Promise.withResolvers();
      this.#worker.postMessage(request);
      return planned(await this.#next.promise);
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  #watch(): Disposable {
    return new MemoryWatch(this.#worker, this.#memoryBytes, (usedBytes) => {
      this.#lose('memory', new Error(`${usedBytes} bytes of memory are in use`));
    });
  }

  #lose(loss: Loss, cause: unknown): void {
    if (this.#loss !== undefined) return;
    this.#loss = new ThreadLost(loss, cause);
    // Nobody may be waiting.
    this.#next.promise.catch(() => {});
    this.#next.reject(this.#loss);
    this.#whenLost.resolve(this.#loss);
    void this.#worker.terminate();
  }
}

/** In a checkout the worker's file is TypeScript as this one is; in a package it is not. */
function ownFile(): URL {
  return new URL(`./planner-worker${extname(import.meta.url)}`, import.meta.url);
}

function planned(message: WorkerMessage): PlannedOperation {
  if (message.kind === 'plan') {
    return { queryPlan: JSON.parse(message.json), size: message.json.length };
  }
  if (message.kind !== 'failure') throw new TypeError('A planner answers what it was asked');
  throw new GatewayError(message.code, message.message, { cause: new Error(message.why) });
}

function lossOf(error: Error & { readonly code?: unknown }): Loss {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash';
}
