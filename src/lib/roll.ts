/** An item's place on a roll, until it is struck off. */
export interface RollEntry {
  /** Takes the item off the roll; more than once does no harm. */
  readonly strike: () => void;
}

/**
 * What is under way just now: items that come and go all the time, in the order in which they came.
 * A `Set` would do, but what has gone stays in the tables that it outgrows, and with it, until the
 * next full collection, all that hangs on it: with requests that is most of a heap.
 */
export class Roll<Item extends object> implements Iterable<Item> {
  #first: Entry<Item> | undefined;
  #last: Entry<Item> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(item: Item): RollEntry {
    const entry: Entry<Item> = { item, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.after = entry;
    this.#last = entry;
    this.#size += 1;
    return { strike: () => this.#strike(entry) };
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (let entry = this.#first; entry !== undefined; ) {
      const { item, after } = entry;
      if (item !== undefined) yield item;
      entry = after;
    }
  }

  #strike(entry: Entry<Item>): void {
    if (entry.item === undefined) return;
    const { before, after } = entry;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    this.#size -= 1;
    // Nothing is held by what was struck off, whoever still holds it.
    entry.item = undefined;
    entry.before = undefined;
    entry.after = undefined;
  }
}

interface Entry<Item> {
  item: Item | undefined;
  before: Entry<Item> | undefined;
  after: Entry<Item> | undefined;
}
