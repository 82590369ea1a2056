import type { Redis } from '../../clients/redis.ts';
import type { Cancellation } from '../../lib/cancellation.ts';
import type { NewSession, SessionStore, StoredSession } from './store.ts';

/** Sessions of all gateways that share a Redis; `prefix` begins each key. */
export class RedisStore implements SessionStore {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  async read(key: string, signal: Cancellation): Promise<StoredSession | undefined> {
    const name = this.#session(key);
    const [value, remainingMs] = await this.#redis.run(
      (redis) => redis.multi().get(name).pTTL(name).exec(),
      signal,
    );
    if (typeof value !== 'string' || typeof remainingMs !== 'number') return undefined;
    return { value, remainingMs };
  }

  async create(key: string, session: NewSession, signal: Cancellation): Promise<void> {
    const { value, idleMs, longestMs, groups } = session;
    const name = this.#session(key);
    await this.#redis.run((redis) => {
      const all = redis.multi().set(name, value, { expiration: { type: 'PX', value: idleMs } });
      for (const group of groups.map((one) => this.#group(one))) {
        // It is kept for as long as the session in it that may last longest.
        all.sAdd(group, name).pExpire(group, longestMs, 'NX').pExpire(group, longestMs, 'GT');
      }
      return all.exec();
    }, signal);
  }

  async replace(key: string, value: string, signal: Cancellation): Promise<boolean> {
    const how = { condition: 'XX', expiration: 'KEEPTTL' } as const;
    const name = this.#session(key);
    return (await this.#redis.run((redis) => redis.set(name, value, how), signal)) === 'OK';
  }

  async extend(key: string, idleMs: number, signal: Cancellation): Promise<void> {
    await this.#redis.run((redis) => redis.pExpire(this.#session(key), idleMs), signal);
  }

  async end(key: string, signal: Cancellation): Promise<boolean> {
    return (await this.#redis.run((redis) => redis.del(this.#session(key)), signal)) === 1;
  }

  async endGroup(group: string, signal: Cancellation): Promise<number> {
    const keys = [this.#group(group)];
    return Number(await this.#redis.run((redis) => redis.eval(endAll, { keys }), signal));
  }

  async claim(name: string, holder: string, forMs: number, signal: Cancellation): Promise<boolean> {
    const how = { condition: 'NX', expiration: { type: 'PX', value: forMs } } as const;
    const key = this.#claim(name);
    return (await this.#redis.run((redis) => redis.set(key, holder, how), signal)) === 'OK';
  }

  async release(name: string, holder: string, signal: Cancellation): Promise<void> {
    const how = { keys: [this.#claim(name)], arguments: [holder] };
    await this.#redis.run((redis) => redis.eval(releaseOwn, how), signal);
  }

  #session(key: string): string {
    return `${this.#prefix}session:${key}`;
  }

  #group(name: string): string {
    return `${this.#prefix}group:${name}`;
  }

  #claim(name: string): string {
    return `${this.#prefix}claim:${name}`;
  }
}

/** In one step, so that no session can join a group that is being ended and stay. */
const endAll = `
local ended = 0
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do ended = ended + redis.call('DEL', name) end
redis.call('DEL', KEYS[1])
return ended`;

const releaseOwn = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;
