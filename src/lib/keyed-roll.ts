/** A value's place on a keyed roll, until it is struck off. */
export interface KeyedEntry<Value> {
  value: Value | undefined;
}

/** Power of two. What is under way at once is thousands at most: chains stay short. */
const buckets = 256;

/**
 * What is under way just now, by a key, and a scope in which it is meant. A `Map` would do, but
 * with keys and values that come and go all the time, what was deleted stays in the tables that the
 * map outgrows, each of which leads to the next: until the next full collection nothing of it is
 * freed.
 */
export class KeyedRoll<Value> {
  readonly #chains: (Link<Value> | undefined)[] = new Array(buckets).fill(undefined);

  /** What was added last under this key and scope. */
  get(key: string, scope = ''): Value | undefined {
    let link = this.#chains[bucketOf(key, scope)];
    while (link !== undefined && (link.scope !== scope || link.key !== key)) link = link.next;
    return link?.value;
  }

  /** Adds a value, which hides another one that has the same key and scope. */
  add(key: string, value: Value, scope = ''): KeyedEntry<Value> {
    const bucket = bucketOf(key, scope);
    const link = { key, scope, value, bucket, next: this.#chains[bucket] };
    this.#chains[bucket] = link;
    return link;
  }

  /** Takes what was added off the roll; more than once does no harm. */
  strike(entry: KeyedEntry<Value>): void {
    const link = entry as Link<Value>;
    if (link.value === undefined) return;
    let before: Link<Value> | undefined;
    let each = this.#chains[link.bucket];
    while (each !== link) {
      before = each;
      each = each?.next;
    }
    if (before === undefined) this.#chains[link.bucket] = link.next;
    else before.next = link.next;
    // Whoever still holds the entry holds nothing else by it.
    link.value = undefined;
    link.key = '';
    link.scope = '';
    link.next = undefined;
  }
}

interface Link<Value> extends KeyedEntry<Value> {
  key: string;
  scope: string;
  readonly bucket: number;
  next: Link<Value> | undefined;
}

/** Reads at most some 130 characters of each: long ones that are alike in these are compared. */
function bucketOf(key: string, scope: string): number {
  const hash = hashOf(key, hashOf(scope, key.length));
  return (hash ^ (hash >>> 16)) & (buckets - 1);
}

function hashOf(text: string, seed: number): number {
  const step = (text.length >> 6) + 1;
  let hash = seed;
  for (let at = text.length - 1; at >= 0; at -= step) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  }
  return hash;
}
