import { LRUCache } from 'lru-cache';

/**
 * Keeps values up to a number of bytes; the least recently used go first, and one that is larger
 * than all of it is not kept. The only door to `lru-cache`.
 */
export class ByteCache<Value extends object | string> {
  readonly #cache: LRUCache<string, Value>;

  constructor(maxBytes: number, bytesOf: (value: Value) => number) {
    const sizeCalculation = (value: Value) => Math.max(1, Math.ceil(bytesOf(value)));
    this.#cache = new LRUCache({ maxSize: maxBytes, sizeCalculation });
  }

  /** The value, which counts as used from now on. */
  get(key: string): Value | undefined {
    return this.#cache.get(key);
  }

  /** The value, without a claim that it was used. */
  peek(key: string): Value | undefined {
    return this.#cache.peek(key);
  }

  /** All values, the one that was used last first. */
  values(): Iterable<Value> {
    return this.#cache.values();
  }

  set(key: string, value: Value): void {
    this.#cache.set(key, value);
  }
}
