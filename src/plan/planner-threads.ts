import { GatewayError } from '../errors.ts';
import type { PlanningOptions } from './options.ts';
import { type Loss, PlannerThread, ThreadLost } from './planner-thread.ts';
import type { PlannedOperation, PlanRequest } from './query-plan.ts';
import { TurnQueue } from './turn-queue.ts';
import { tooLargeToPlan } from './unplanned.ts';
import type { ToldSupergraph } from './worker-messages.ts';

/** A supergraph, and what its planners may use. */
export interface PlannerInput {
  readonly sdl: string;
  /** Where the supergraph is from, for what is wrong with it. */
  readonly file?: string | undefined;
  readonly options: PlanningOptions;
  readonly observer: PlannerObserver;
  /** What runs in the threads: the planner's own file unless it is given. */
  readonly worker?: URL;
}

/** Who is told what becomes of planners. */
export interface PlannerObserver {
  /** A thread ended before its time. */
  readonly lost: (loss: Loss, cause: unknown) => void;
  /** One more plan waits for a thread, or one less. */
  readonly waiting: (change: 1 | -1) => void;
}

/**
 * The threads that plan for one supergraph. The first is there from the start; another one is
 * added when all are busy, up to the bound. One that is lost while it plans is replaced at once.
 */
export class PlannerThreads implements AsyncDisposable {
  readonly #input: PlannerInput;
  readonly #threads = new Set<PlannerThread>();
  readonly #idle = new Set<PlannerThread>();
  readonly #queue: TurnQueue<PlannerThread>;
  #opening = 0;
  #disposed = false;

  constructor(input: PlannerInput) {
    this.#input = input;
    const { options, observer } = input;
    const late = () => unavailable('Too many operations wait to be planned');
    const timeoutMs = options.timeout;
    this.#queue = new TurnQueue({ timeoutMs, late, changed: observer.waiting });
  }

  /** Starts the first thread, which tells what the supergraph is. */
  async start(): Promise<ToldSupergraph> {
    const told = await this.#add(true);
    if (told === undefined) throw new TypeError('The first thread tells of the supergraph');
    return told;
  }

  /** Makes a plan in the first thread that is free; `isWanted` is asked when one is. */
  async plan(request: PlanRequest, isWanted: () => boolean): Promise<PlannedOperation> {
    const thread = await this.#take(isWanted);
    try {
      return await thread.plan(request, this.#input.options);
    } catch (thrown) {
      if (!(thrown instanceof ThreadLost)) throw thrown;
      throw this.#disposed ? shuttingDown() : lostWith(thrown);
    } finally {
      this.#free(thread);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#queue.refuse(shuttingDown());
    await Promise.all([...this.#threads].map((thread) => thread[Symbol.asyncDispose]()));
  }

  async #take(isWanted: () => boolean): Promise<PlannerThread> {
    if (this.#disposed) throw shuttingDown();
    const [idle] = this.#idle;
    if (idle !== undefined) {
      this.#idle.delete(idle);
      return idle;
    }
    const turn = this.#queue.join(isWanted);
    this.#grow();
    return turn;
  }

  #free(thread: PlannerThread): void {
    if (thread.isLost) return;
    if (!this.#queue.serve(thread)) this.#idle.add(thread);
    this.#grow();
  }

  /** One at a time: the next may not be needed once it is there. */
  #grow(): void {
    const isFull = this.#threads.size >= this.#input.options.workers;
    if (this.#queue.length === 0 || this.#opening > 0 || isFull) return;
    this.#replace();
  }

  #replace(): void {
    this.#add(false).catch((cause: unknown) => {
      if (this.#threads.size > 0 || this.#disposed) return;
      this.#queue.refuse(unavailable('No planner can be started', { cause }));
    });
  }

  async #add(tells: boolean): Promise<ToldSupergraph | undefined> {
    const { sdl, file, options, worker } = this.#input;
    const input = { sdl, file, tells, maxPlanBytes: options.size, maxPaths: options.paths };
    const thread = new PlannerThread(input, options.memory, worker);
    this.#threads.add(thread);
    this.#opening += 1;
    let isOpen = false;
    void thread.lost.then((lost) => {
      this.#threads.delete(thread);
      this.#idle.delete(thread);
      if (this.#disposed) return;
      this.#input.observer.lost(lost.loss, lost.cause);
      if (isOpen) this.#replace();
    });
    try {
      const told = await thread.open();
      isOpen = true;
      return told;
    } finally {
      this.#opening -= 1;
      if (isOpen) this.#free(thread);
    }
  }
}

function unavailable(message: string, options?: ErrorOptions): GatewayError {
  return new GatewayError('SERVICE_UNAVAILABLE', message, options);
}

function shuttingDown(): GatewayError {
  return unavailable('The gateway is shutting down');
}

/** What the client is told of it: time and memory are spent by what it asks for. */
function lostWith(lost: ThreadLost): GatewayError {
  const options = { cause: lost };
  switch (lost.loss) {
    case 'timeout':
      return new GatewayError(
        'QUERY_PLANNING_TIMEOUT',
        'The operation took too long to plan',
        options,
      );
    case 'memory':
      return tooLargeToPlan(lost);
    case 'crash':
      return new GatewayError('QUERY_PLANNING_FAILED', 'The operation cannot be planned', options);
  }
}
