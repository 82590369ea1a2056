import { EndOfTurn } from '../lib/end-of-turn.ts';

/** The replies that are written in one turn of the event loop. */
export class ReplyTurn {
  readonly #end = new EndOfTurn();
  #text = '';
  #bytes: Buffer | undefined;

  /** Does `work` at the end of this turn: who reads several connections wakes once for all of them. */
  atEnd(work: () => void): void {
    this.#end.add(work);
  }

  /**
   * A body in UTF-8, which nobody changes. Those who shared an execution are answered in one turn,
   * and share these bytes.
   */
  bytesOf(body: string): Buffer {
    if (this.#bytes !== undefined && body === this.#text) return this.#bytes;
    if (this.#bytes === undefined) this.#end.add(this.#forget);
    this.#text = body;
    this.#bytes = Buffer.from(body);
    return this.#bytes;
  }

  readonly #forget = (): void => {
    this.#text = '';
    this.#bytes = undefined;
  };
}
