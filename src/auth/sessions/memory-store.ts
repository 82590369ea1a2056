import type { NewSession, SessionStore, StoredSession } from './store.ts';

/** Bounds of the sessions in memory. */
export interface SessionBounds {
  /** Most sessions. */
  readonly sessions: number;
  /** Room for all of them, in bytes. */
  readonly bytes: number;
}

export interface MemoryStoreSetup extends SessionBounds {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Kept {
  readonly value: string;
  readonly groups: readonly string[];
  readonly untilMs: number;
}

interface Claim {
  readonly holder: string;
  readonly untilMs: number;
}

/** What a session takes beside its value, in bytes. */
const entryBytes = 500;
/** Most claims. Each is of a login, a logout or a refresh, and soon over. */
const mostClaims = 100_000;

/** Sessions of this process alone. Where there is no more room, the least recently used one goes. */
export class MemoryStore implements SessionStore {
  /** What is beyond them goes with the next session that is written. */
  bounds: SessionBounds;
  readonly #now: () => number;
  /** The least recently used one comes first. */
  readonly #sessions = new Map<string, Kept>();
  readonly #groups = new Map<string, Set<string>>();
  readonly #claims = new Map<string, Claim>();
  #bytes = 0;

  constructor({ now, ...bounds }: MemoryStoreSetup) {
    this.bounds = bounds;
    this.#now = now;
  }

  /** How many sessions and claims there are, those included that have ended and not been met since. */
  get size(): number {
    return this.#sessions.size + this.#claims.size;
  }

  async read(key: string): Promise<StoredSession | undefined> {
    const kept = this.#find(key);
    return kept && { value: kept.value, remainingMs: kept.untilMs - this.#now() };
  }

  async create(key: string, { value, idleMs, groups }: NewSession): Promise<void> {
    this.#remove(key);
    this.#add(key, { value, groups, untilMs: this.#now() + idleMs });
    for (const group of groups) {
      const keys = this.#groups.get(group) ?? new Set();
      this.#groups.set(group, keys.add(key));
    }
    this.#makeRoom();
  }

  async replace(key: string, value: string): Promise<boolean> {
    const kept = this.#find(key);
    if (kept === undefined) return false;
    this.#write(key, kept, { ...kept, value });
    return true;
  }

  async extend(key: string, idleMs: number): Promise<void> {
    const kept = this.#find(key);
    if (kept) this.#write(key, kept, { ...kept, untilMs: this.#now() + idleMs });
  }

  async end(key: string): Promise<boolean> {
    const isThere = this.#find(key) !== undefined;
    this.#remove(key);
    return isThere;
  }

  async endGroup(group: string): Promise<number> {
    const keys = [...(this.#groups.get(group) ?? [])];
    const ended = keys.filter((key) => this.#find(key) !== undefined);
    for (const key of ended) this.#remove(key);
    return ended.length;
  }

  async claim(name: string, holder: string, forMs: number): Promise<boolean> {
    const nowMs = this.#now();
    const claim = this.#claims.get(name);
    if (claim !== undefined && claim.untilMs > nowMs) return false;
    this.#claims.delete(name);
    this.#claims.set(name, { holder, untilMs: nowMs + forMs });
    for (const [oldest, { untilMs }] of this.#claims) {
      if (untilMs > nowMs && this.#claims.size <= mostClaims) break;
      this.#claims.delete(oldest);
    }
    return true;
  }

  async release(name: string, holder: string): Promise<void> {
    if (this.#claims.get(name)?.holder === holder) this.#claims.delete(name);
  }

  #find(key: string): Kept | undefined {
    const kept = this.#sessions.get(key);
    if (kept === undefined || kept.untilMs > this.#now()) return kept;
    this.#remove(key);
    return undefined;
  }

  /** What is written was used. */
  #write(key: string, before: Kept, after: Kept): void {
    this.#sessions.delete(key);
    this.#bytes -= bytesOf(before);
    this.#add(key, after);
    this.#makeRoom();
  }

  #add(key: string, kept: Kept): void {
    this.#sessions.set(key, kept);
    this.#bytes += bytesOf(kept);
  }

  #remove(key: string): void {
    const kept = this.#sessions.get(key);
    if (kept === undefined) return;
    this.#sessions.delete(key);
    this.#bytes -= bytesOf(kept);
    for (const group of kept.groups) {
      const keys = this.#groups.get(group);
      keys?.delete(key);
      if (keys?.size === 0) this.#groups.delete(group);
    }
  }

  #makeRoom(): void {
    const nowMs = this.#now();
    const { sessions, bytes } = this.bounds;
    for (const [key, { untilMs }] of this.#sessions) {
      const isFull = this.#sessions.size > sessions || this.#bytes > bytes;
      if (!isFull && untilMs > nowMs) break;
      this.#remove(key);
    }
  }
}

function bytesOf({ value }: Kept): number {
  return 2 * value.length + entryBytes;
}
