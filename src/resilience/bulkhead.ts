import type { Cancellation } from '../lib/cancellation.ts';
import type { ConcurrencyOptions } from './options.ts';

/** How full a bulkhead is. */
export interface BulkheadSnapshot {
  readonly inFlight: number;
  readonly queued: number;
}

/**
 * Room for a number of attempts, and a queue of those that wait for it, in their order. (Those of
 * `cockatiel` stay in its queue when they are given up, and keep others out.)
 */
export class Bulkhead {
  #options: ConcurrencyOptions;
  #inFlight = 0;
  readonly #queue = new Set<Waiter>();

  constructor(options: ConcurrencyOptions) {
    this.#options = options;
  }

  /** True where one more would neither find room nor a place in the queue. */
  get isFull(): boolean {
    const { max, queue } = this.#options;
    return this.#inFlight >= max && this.#queue.size >= queue;
  }

  /** Undefined where there is room at once; rejects with the reason of `signal` while it waits. */
  enter(signal: Cancellation): Promise<void> | undefined {
    if (this.#inFlight >= this.#options.max) return this.#wait(signal);
    this.#inFlight += 1;
    return undefined;
  }

  /** Gives the room to the next; whoever has entered does so once. */
  leave(): void {
    this.#inFlight -= 1;
    this.#admit();
  }

  /** Sends those away that wait, each with a reason of its own. */
  dismiss(reasonFor: () => unknown): void {
    for (const waiter of this.#queue) waiter.dismiss(reasonFor());
    this.#queue.clear();
  }

  /** Those that are in stay, however small it gets. */
  configure(options: ConcurrencyOptions): void {
    this.#options = options;
    this.#admit();
  }

  state(): BulkheadSnapshot {
    return { inFlight: this.#inFlight, queued: this.#queue.size };
  }

  #admit(): void {
    for (const waiter of this.#queue) {
      if (this.#inFlight >= this.#options.max) return;
      this.#queue.delete(waiter);
      this.#inFlight += 1;
      waiter.admit();
    }
  }

  #wait(signal: Cancellation): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#queue.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        admit() {
          signal.removeEventListener('abort', leave);
          resolve();
        },
        dismiss(reason) {
          signal.removeEventListener('abort', leave);
          reject(reason);
        },
      };
      this.#queue.add(waiter);
      signal.addEventListener('abort', leave);
    });
  }
}

/** One that waits for room. */
interface Waiter {
  readonly admit: () => void;
  readonly dismiss: (reason: unknown) => void;
}
