/** Work that is put off until the end of this turn of the event loop, and is done together there. */
export class EndOfTurn {
  #waiting: (() => void)[] = [];

  /** What is added in one turn is done in this order; `work` does not throw. */
  add(work: () => void): void {
    if (this.#waiting.length === 0) setImmediate(this.#run);
    this.#waiting.push(work);
  }

  readonly #run = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const work of waiting) work();
  };
}
