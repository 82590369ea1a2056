import { Redis } from '../../clients/redis.ts';
import type { RedisOptions } from '../../clients/redis-options.ts';
import { MemoryStore, type MemoryStoreSetup } from './memory-store.ts';
import { RedisStore } from './redis-store.ts';
import type { SessionStore } from './store.ts';

/** A store in use. Disposing it lets go of the store, not of its sessions. */
export interface OpenedStore extends AsyncDisposable {
  readonly store: SessionStore;
}

export interface StoreOptions extends MemoryStoreSetup {
  /** Of the sessions that belong together: those of others are never met. */
  readonly name: string;
  /** Undefined for sessions of this process alone. */
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
  readonly #memory = new Map<string, MemoryStore>();
  readonly #shared = new Map<string, Shared>();

  open({ name, redis, ...bounds }: StoreOptions): OpenedStore {
    if (redis !== undefined) return this.#openShared(name, redis);
    const key = JSON.stringify([name, bounds.sessions, bounds.bytes]);
    const store = this.#memory.get(key) ?? new MemoryStore(bounds);
    this.#memory.set(key, store);
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
