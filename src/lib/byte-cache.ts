import { LRUCache } from 'lru-cache';

/** How much of the cache may be taken by values that were used again. */
const provenShare = 0.8;

/**
 * Keeps values up to a number of bytes. A value that is used again is proven, and only another
 * proven one takes its place: however many come that are asked for once, they go for each other,
 * and one that finds no room beside the proven is not kept. Among its like, the least recently
 * used goes first. (A segmented LRU.) The only door to `lru-cache`.
 */
export class ByteCache<Value extends object | string> {
  readonly #maxBytes: number;
  readonly #new: LRUCache<string, Value>;
  readonly #proven: LRUCache<string, Value>;

  constructor(maxBytes: number, bytesOf: (value: Value) => number) {
    const sizeCalculation = (value: Value) => Math.max(1, Math.ceil(bytesOf(value)));
    this.#maxBytes = maxBytes;
    this.#new = new LRUCache({ maxSize: maxBytes, sizeCalculation });
    this.#proven = new LRUCache({ maxSize: maxBytes, sizeCalculation });
  }

  /** The value, which counts as used from now on. */
  get(key: string): Value | undefined {
    const proven = this.#proven.get(key);
    if (proven !== undefined) return proven;
    const value = this.#new.peek(key);
    if (value !== undefined) this.#prove(key, value);
    return value;
  }

  /** The value, without a claim that it was used. */
  peek(key: string): Value | undefined {
    return this.#proven.peek(key) ?? this.#new.peek(key);
  }

  /** All values: first those that were used again, and of these the one that was used last. */
  *values(): Iterable<Value> {
    yield* this.#proven.values();
    yield* this.#new.values();
  }

  /** A value that replaces another one counts as used. */
  set(key: string, value: Value): void {
    const isKnown = this.peek(key) !== undefined;
    this.#proven.delete(key);
    this.#new.set(key, value);
    this.#makeRoom();
    if (isKnown && this.#new.has(key)) this.#prove(key, value);
  }

  #prove(key: string, value: Value): void {
    this.#new.delete(key);
    this.#proven.set(key, value);
    while (this.#proven.calculatedSize > this.#maxBytes * provenShare) {
      const [oldest] = this.#proven.rkeys();
      const demoted = oldest === undefined ? undefined : this.#proven.peek(oldest);
      if (oldest === undefined || demoted === undefined) break;
      this.#proven.delete(oldest);
      this.#new.set(oldest, demoted);
    }
  }

  /** Of those that are new, the value that has just come goes last. */
  #makeRoom(): void {
    while (this.#new.calculatedSize + this.#proven.calculatedSize > this.#maxBytes) this.#new.pop();
  }
}
