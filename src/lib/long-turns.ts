import { setImmediate } from 'node:timers/promises';

/**
 * Keeps long pieces of work apart: others get their turn of the event loop between two of them,
 * whoever of those that share this object does them.
 */
export class LongTurns {
  /** So many items make a turn long. */
  readonly most: number;
  /** The turn that was given last. */
  #last: Promise<void> = Promise.resolve();

  constructor(most: number) {
    this.most = most;
  }

  /** Waits for a later turn that nobody else was given. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => setImmediate());
    return this.#last;
  }

  /** Visits each of the items; undefined where all was done at once. */
  each<Item>(
    items: readonly Item[],
    visit: (item: Item, index: number) => void,
  ): Promise<void> | undefined {
    if (items.length > this.most) return this.#eachInTurns(items, visit);
    for (let index = 0; index < items.length; index += 1) visit(items[index] as Item, index);
    return undefined;
  }

  async #eachInTurns<Item>(
    items: readonly Item[],
    visit: (item: Item, index: number) => void,
  ): Promise<void> {
    for (const [index, item] of items.entries()) {
      if (index > 0 && index % this.most === 0) await this.next();
      visit(item, index);
    }
  }
}
