import type { Cancellation } from '../../lib/cancellation.ts';

/** A session as a store keeps it: the store knows nothing of what is in it. */
export interface StoredSession {
  readonly value: string;
  /** For how long it stays if nobody uses it, in milliseconds. */
  readonly remainingMs: number;
}

/** A session to be kept. */
export interface NewSession {
  readonly value: string;
  /** For how long it stays if nobody uses it, in milliseconds. */
  readonly idleMs: number;
  /** For how long it stays at most, in milliseconds. */
  readonly longestMs: number;
  /** All sessions of a group can be ended together. */
  readonly groups: readonly string[];
}

/**
 * Keeps sessions under keys that nobody can guess, and what must happen once. Each call throws
 * where the store cannot be asked: then nobody knows whether there is a session.
 */
export interface SessionStore {
  /** The session, which does not count as used by this. */
  read(key: string, signal: Cancellation): Promise<StoredSession | undefined>;
  create(key: string, session: NewSession, signal: Cancellation): Promise<void>;
  /** Writes over a session that is there, and keeps its time; false where there is none. */
  replace(key: string, value: string, signal: Cancellation): Promise<boolean>;
  /** From now on it stays for this long. */
  extend(key: string, idleMs: number, signal: Cancellation): Promise<void>;
  /** False where there was none. */
  end(key: string, signal: Cancellation): Promise<boolean>;
  /** Gives how many there were. */
  endGroup(group: string, signal: Cancellation): Promise<number>;
  /** True for the first who claims `name`, until it is released or `forMs` have passed. */
  claim(name: string, holder: string, forMs: number, signal: Cancellation): Promise<boolean>;
  /** Gives up a claim, if it is still the holder's. */
  release(name: string, holder: string, signal: Cancellation): Promise<void>;
}
