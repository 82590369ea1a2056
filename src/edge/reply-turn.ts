/** The replies that are written in one turn of the event loop. */
export class ReplyTurn {
  #hasBegun = false;
  #waiting: (() => void)[] = [];
  #text = '';
  #bytes: Buffer | undefined;

  /**
   * Does `work`, which does not throw, at the end of this turn, in the order in which it came: a
   * client that reads several connections wakes once for all of them.
   */
  atEnd(work: () => void): void {
    this.#begin();
    this.#waiting.push(work);
  }

  /**
   * A body in UTF-8, which nobody changes. Those who shared an execution are answered in one turn,
   * and share these bytes.
   */
  bytesOf(body: string): Buffer {
    if (this.#bytes !== undefined && body === this.#text) return this.#bytes;
    this.#begin();
    this.#text = body;
    this.#bytes = Buffer.from(body);
    return this.#bytes;
  }

  #begin(): void {
    if (!this.#hasBegun) setImmediate(this.#end);
    this.#hasBegun = true;
  }

  readonly #end = (): void => {
    const waiting = this.#waiting;
    this.#hasBegun = false;
    this.#waiting = [];
    this.#text = '';
    this.#bytes = undefined;
    for (const work of waiting) work();
  };
}
