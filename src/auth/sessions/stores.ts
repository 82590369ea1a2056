import { Redis } from '../../clients/redis.ts';
import type { RedisOptions } from '../../clients/redis-options.ts';
import { AskedStore, type AskStore } from './asked-store.ts';
import type { SessionBounds } from './memory-store.ts';
import { RedisStore } from './redis-store.ts';
import type { SessionStore } from './store.ts';

/** A store in use. Disposing it lets go of the store, not of its sessions. */
export interface OpenedStore extends AsyncDisposable {
  readonly store: SessionStore;
}

export interface StoreOptions extends SessionBounds {
  /** Of the sessions that belong together: those of others are never met. */
  readonly name: string;
  /** Undefined for sessions in memory. */
  readonly redis: RedisOptions | undefined;
}

interface Shared {
  readonly redis: Redis;
  users: number;
}

/**
 * Where sessions are, under one configuration after the other: those in memory outlive a change of
 * what opens them, as those in Redis do by themselves.
 */
export class SessionStores {
  readonly #askMemory: AskStore;
  readonly #shared = new Map<string, Shared>();

  /** `askMemory` asks whoever has the sessions that are in memory. */
  constructor(askMemory: AskStore) {
    this.#askMemory = askMemory;
  }

  open({ name, redis, sessions, bytes }: StoreOptions): OpenedStore {
    if (redis !== undefined) return this.#openShared(name, redis);
    const store = new AskedStore(name, { sessions, bytes }, this.#askMemory);
    return { store, async [Symbol.asyncDispose]() {} };
  }

  #openShared(name: string, options: RedisOptions): OpenedStore {
    const key = JSON.stringify(options);
    const shared = this.#shared.get(key) ?? { redis: new Redis(options), users: 0 };
    this.#shared.set(key, shared);
    shared.users += 1;
    const release = async (): Promise<void> => {
      shared.users -= 1;
      if (shared.users > 0) return;
      this.#shared.delete(key);
      await shared.redis[Symbol.asyncDispose]();
    };
    const store = new RedisStore(shared.redis, `${options.prefix}${name}:`);
    return { store, [Symbol.asyncDispose]: release };
  }
}
