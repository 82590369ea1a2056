/** Somebody who waits for a turn. */
interface Waiter<Resource> {
  readonly isWanted: () => boolean;
  readonly resolve: (resource: Resource) => void;
  readonly reject: (reason: unknown) => void;
}

export interface TurnQueueOptions {
  /** The longest wait; whoever waits longer is refused. */
  readonly timeoutMs: number;
  readonly late: () => Error;
  /** Told whenever the queue grows or shrinks by one. */
  readonly changed: (change: 1 | -1) => void;
}

/** Those who wait for one of a few resources, first come, first served. */
export class TurnQueue<Resource> {
  readonly #options: TurnQueueOptions;
  readonly #waiters = new Set<Waiter<Resource>>();

  constructor(options: TurnQueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#waiters.size;
  }

  /** Waits for a resource. Who is no longer wanted when the turn comes is passed over. */
  async join(isWanted: () => boolean): Promise<Resource> {
    const { promise, resolve, reject } = Promise.withResolvers<Resource>();
    const waiter = { isWanted, resolve, reject };
    const timer = setTimeout(() => reject(this.#options.late()), this.#options.timeoutMs);
    this.#waiters.add(waiter);
    this.#options.changed(1);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#remove(waiter);
    }
  }

  /** Gives `resource` to the first who still wants it; false when there is nobody. */
  serve(resource: Resource): boolean {
    for (const waiter of this.#waiters) {
      this.#remove(waiter);
      if (waiter.isWanted()) {
        waiter.resolve(resource);
        return true;
      }
      waiter.reject(new Error('Nobody waits for it any longer'));
    }
    return false;
  }

  /** Sends all away. */
  refuse(reason: unknown): void {
    for (const { reject } of this.#waiters) reject(reason);
  }

  #remove(waiter: Waiter<Resource>): void {
    if (this.#waiters.delete(waiter)) this.#options.changed(-1);
  }
}
