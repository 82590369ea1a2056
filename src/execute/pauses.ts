/** Where the writing of an object or a list was left. */
export interface Begun {
  /** What is written of it. */
  readonly text: string;
  /** The next field or item. */
  readonly index: number;
  /** Characters of the answer before it was begun. */
  readonly size: number;
}

/**
 * Lets a long piece of recursive writing pause, and go on in a later turn of the event loop. Who
 * pauses leaves what is begun and returns undefined; so does each who called it, up to the root.
 * When the root is called again, each takes up what it left, in the same order.
 */
export class Pauses {
  readonly #begun: Begun[] = [];
  readonly #mostInTurn: number;
  #work = 0;
  #isPaused = false;
  #goesOn = false;

  /** So many fields and items are written before it is time for a pause. */
  constructor(mostInTurn: number) {
    this.#mostInTurn = mostInTurn;
  }

  /** True from the pause until the writing goes on. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Counts fields and items that were written. */
  count(values: number): void {
    this.#work += values;
  }

  /** True when this turn has been long enough. */
  get isDue(): boolean {
    return this.#work >= this.#mostInTurn;
  }

  /** Pauses, or passes the pause on to the caller. */
  leave(begun: Begun): undefined {
    this.#begun.push(begun);
    this.#isPaused = true;
  }

  /** Before the root is called again. */
  goOn(): void {
    this.#isPaused = false;
    this.#goesOn = true;
    this.#work = 0;
  }

  /** What the caller left; undefined where it begins. */
  takeUp(): Begun | undefined {
    if (!this.#goesOn) return undefined;
    const begun = this.#begun.pop();
    this.#goesOn = this.#begun.length > 0;
    return begun;
  }
}
