import type { Cancellation } from '../../lib/cancellation.ts';
import type { SessionBounds } from './memory-store.ts';
import type { NewSession, SessionStore, StoredSession } from './store.ts';

type Method = keyof SessionStore;

type Given<Name extends Method> =
  Parameters<SessionStore[Name]> extends [...infer Given, Cancellation] ? Given : never;

/** One call of a store in memory, as it can be told to another process. */
export interface StoreQuestion {
  /** Of the sessions that belong together. */
  readonly name: string;
  /** Those of the configuration that is served. */
  readonly bounds: SessionBounds;
  readonly method: Method;
  /** All that the method takes, but for the signal. */
  readonly given: readonly unknown[];
}

/** Gives what the store answers; throws where it cannot be asked. */
export type AskStore = (question: StoreQuestion, signal: Cancellation) => Promise<unknown>;

/** Sessions in the memory of whoever is asked: this process, or one that others share. */
export class AskedStore implements SessionStore {
  readonly #name: string;
  readonly #bounds: SessionBounds;
  readonly #ask: AskStore;

  constructor(name: string, bounds: SessionBounds, ask: AskStore) {
    this.#name = name;
    this.#bounds = bounds;
    this.#ask = ask;
  }

  read(key: string, signal: Cancellation): Promise<StoredSession | undefined> {
    return this.#call('read', [key], signal);
  }

  create(key: string, session: NewSession, signal: Cancellation): Promise<void> {
    return this.#call('create', [key, session], signal);
  }

  replace(key: string, value: string, signal: Cancellation): Promise<boolean> {
    return this.#call('replace', [key, value], signal);
  }

  extend(key: string, idleMs: number, signal: Cancellation): Promise<void> {
    return this.#call('extend', [key, idleMs], signal);
  }

  end(key: string, signal: Cancellation): Promise<boolean> {
    return this.#call('end', [key], signal);
  }

  endGroup(group: string, signal: Cancellation): Promise<number> {
    return this.#call('endGroup', [group], signal);
  }

  claim(name: string, holder: string, forMs: number, signal: Cancellation): Promise<boolean> {
    return this.#call('claim', [name, holder, forMs], signal);
  }

  release(name: string, holder: string, signal: Cancellation): Promise<void> {
    return this.#call('release', [name, holder], signal);
  }

  #call<Name extends Method>(method: Name, given: Given<Name>, signal: Cancellation) {
    const question = { name: this.#name, bounds: this.#bounds, method, given };
    // A store of this interface answers it.
    return this.#ask(question, signal) as ReturnType<SessionStore[Name]>;
  }
}
