import { setImmediate } from 'node:timers/promises';

/** Keeps long pieces of work apart: others get their turn of the event loop between two of them. */
export class LongTurns {
  #rest: Promise<void> | undefined;

  /** Undefined unless somebody has worked long in this turn; else it settles in a later one. */
  get rest(): Promise<void> | undefined {
    return this.#rest;
  }

  /** Says that this turn was long. */
  end(): void {
    this.#rest ??= setImmediate().then(() => {
      this.#rest = undefined;
    });
  }
}
