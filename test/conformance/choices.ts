/** A source of decisions. Where it gives 0 all the time, the plainest things come out. */
export class Choices {
  readonly #next: () => number;

  /** `next` gives numbers from 0 up to, but not including, 1. */
  constructor(next: () => number) {
    this.#next = next;
  }

  /** A whole number from 0 up to, but not including, `bound`. */
  below(bound: number): number {
    return Math.floor(this.#next() * bound);
  }

  /** True in about `percent` of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  /** One of `items`, of which there has to be one; the first is the plainest. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('There is nothing to pick from');
    return item;
  }

  /** Some of `items`, in their order, but at least one. */
  some<Item>(items: readonly Item[], percent: number): Item[] {
    const chosen = items.filter(() => this.chance(percent));
    return chosen.length > 0 ? chosen : [this.pick(items)];
  }
}

/** The same decisions for the same `seed`, without end (Mulberry32). */
export function seeded(seed: number): Choices {
  let state = seed >>> 0;
  return new Choices(() => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  });
}

/** The decisions of a list of numbers below 2^16; after its end, 0. Lists can be shrunk. */
export function listed(numbers: readonly number[]): Choices {
  let index = 0;
  return new Choices(() => (numbers[index++] ?? 0) / 2 ** 16);
}

/** A whole number below 2^32 that looks random and depends on nothing but `text` (FNV-1a, mixed). */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
