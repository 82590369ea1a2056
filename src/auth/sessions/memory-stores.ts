import type { StoreQuestion } from './asked-store.ts';
import { MemoryStore } from './memory-store.ts';

/**
 * The sessions in the memory of this process, by the names of their stores. They outlive
 * configurations: what one says of a store holds from its first question on.
 */
export class MemoryStores {
  readonly #now: () => number;
  readonly #stores = new Map<string, MemoryStore>();

  /** `now` gives milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  async answer({ name, bounds, method, given }: StoreQuestion): Promise<unknown> {
    const store = this.#stores.get(name) ?? new MemoryStore({ ...bounds, now: this.#now });
    this.#stores.set(name, store);
    store.bounds = bounds;
    return Reflect.apply(store[method], store, given);
  }
}
