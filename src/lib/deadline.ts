import { type Cancellation, Canceller } from './cancellation.ts';

/**
 * A signal that follows `parent` and also aborts once `timeoutMs` have passed. What has arrived by
 * then counts as in time, also where the event loop was too busy to look before.
 * Dispose it when the work settles: that stops the timer and lets go of `parent`.
 */
export class Deadline implements Disposable {
  readonly #parent: Cancellation;
  readonly #controller = new Canceller();
  readonly #timer: NodeJS.Timeout;
  #lastLook: NodeJS.Immediate | undefined;
  #expired = false;

  /** `reasonFor` makes the reason of the abort when time runs out; an `AbortError` unless given. */
  constructor(parent: Cancellation, timeoutMs: number, reasonFor?: (timeoutMs: number) => unknown) {
    this.#parent = parent;
    this.#timer = setTimeout(() => {
      // The event loop reads its sockets between timers and immediates.
      this.#lastLook = setImmediate(() => this.#expire(reasonFor?.(timeoutMs)));
    }, timeoutMs);
    if (parent.aborted) this.#follow();
    else parent.addEventListener('abort', this.#follow);
  }

  get signal(): Cancellation {
    return this.#controller;
  }

  /** True when time ran out; false when the parent gave up first. */
  get expired(): boolean {
    return this.#expired;
  }

  readonly #follow = (): void => this.#controller.abort(this.#parent.reason);

  #expire(reason: unknown): void {
    this.#expired = !this.#controller.aborted;
    this.#controller.abort(reason);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
    this.#parent.removeEventListener('abort', this.#follow);
  }
}
