const slots = 10;

/**
 * Two counts over the last `windowMs` milliseconds, in steps of a tenth of it. `now` is in
 * milliseconds, of a clock that does not go back.
 */
export class SlidingCounts {
  readonly #slotMs: number;
  readonly #now: () => number;
  readonly #first = new Float64Array(slots);
  readonly #second = new Float64Array(slots);
  /** The number of the current slot since the clock began. */
  #slot: number;
  #firstTotal = 0;
  #secondTotal = 0;

  constructor(windowMs: number, now: () => number) {
    this.#slotMs = windowMs / slots;
    this.#now = now;
    this.#slot = Math.floor(now() / this.#slotMs);
  }

  get first(): number {
    this.#turn();
    return this.#firstTotal;
  }

  get second(): number {
    this.#turn();
    return this.#secondTotal;
  }

  addFirst(): void {
    const at = this.#turn() % slots;
    this.#first[at] = (this.#first[at] ?? 0) + 1;
    this.#firstTotal += 1;
  }

  addSecond(): void {
    const at = this.#turn() % slots;
    this.#second[at] = (this.#second[at] ?? 0) + 1;
    this.#secondTotal += 1;
  }

  /** Lets go of what is older than the window. */
  #turn(): number {
    const slot = Math.floor(this.#now() / this.#slotMs);
    for (let past = Math.max(this.#slot + 1, slot - slots + 1); past <= slot; past += 1) {
      const at = past % slots;
      this.#firstTotal -= this.#first[at] ?? 0;
      this.#secondTotal -= this.#second[at] ?? 0;
      this.#first[at] = 0;
      this.#second[at] = 0;
    }
    this.#slot = slot;
    return slot;
  }
}
