/** Work of this many waits for its turn even to begin, as a share of what makes a turn long. */
const longShare = 0.1;

/** Each turn of this number goes to whoever has waited longest, so that nobody waits for ever. */
const eldestEvery = 4;

interface Waiting {
  /** In the order in which they began to wait. */
  readonly ticket: number;
  readonly begin: () => void;
}

/**
 * Keeps long pieces of work apart: others get their turn of the event loop between two of them,
 * whoever of those that share this object does them. Work of a lower `stage` goes first: what is
 * nearer to its end takes memory until then, and what has not begun takes little.
 */
export class LongTurns {
  /** So many items make a turn long. */
  readonly most: number;
  /** Who waits, by stage. */
  readonly #waiting: Waiting[][] = [];
  #tickets = 0;
  #given = 0;
  #isComing = false;

  constructor(most: number) {
    this.most = most;
  }

  /** Waits for a later turn that nobody else was given. */
  next(stage = 0): Promise<void> {
    this.#tickets += 1;
    const ticket = this.#tickets;
    return new Promise((begin) => {
      while (this.#waiting.length <= stage) this.#waiting.push([]);
      this.#waiting[stage]?.push({ ticket, begin });
      this.#come();
    });
  }

  /**
   * Visits each of the items; undefined where all was done at once. Where there are many, and the
   * work is not of the first stage, it waits for its turn before it begins.
   */
  each<Item>(
    items: readonly Item[],
    visit: (item: Item, index: number) => void,
    stage = 0,
  ): Promise<void> | undefined {
    const most = stage === 0 ? this.most : this.most * longShare;
    if (items.length > most) return this.#eachInTurns(items, visit, stage);
    for (let index = 0; index < items.length; index += 1) visit(items[index] as Item, index);
    return undefined;
  }

  async #eachInTurns<Item>(
    items: readonly Item[],
    visit: (item: Item, index: number) => void,
    stage: number,
  ): Promise<void> {
    if (stage > 0) await this.next(stage);
    for (const [index, item] of items.entries()) {
      if (index > 0 && index % this.most === 0) await this.next();
      visit(item, index);
    }
  }

  #come(): void {
    if (this.#isComing) return;
    this.#isComing = true;
    setImmediate(() => this.#give());
  }

  #give(): void {
    this.#isComing = false;
    this.#given += 1;
    const queue = this.#given % eldestEvery === 0 ? this.#eldest() : this.#first();
    queue?.shift()?.begin();
    if (this.#first() !== undefined) this.#come();
  }

  #first(): Waiting[] | undefined {
    return this.#waiting.find((queue) => queue.length > 0);
  }

  #eldest(): Waiting[] | undefined {
    const ticketOf = ([first]: Waiting[]): number => first?.ticket ?? Number.POSITIVE_INFINITY;
    return this.#waiting.reduce((one, other) => (ticketOf(other) < ticketOf(one) ? other : one));
  }
}
