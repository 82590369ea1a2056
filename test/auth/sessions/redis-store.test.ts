import { afterAll, beforeAll, expect } from '@jest/globals';
import { RedisStore } from '../../../src/auth/sessions/redis-store.ts';
import { Redis, RedisError } from '../../../src/clients/redis.ts';
import { redisOptions } from '../../../src/clients/redis-options.ts';
import { session, sessionStoreContract } from '../../contracts/session-store.ts';
import { hasRedis, redisTest, startRedis, type TestRedis } from '../../harness/redis.ts';

const test = await redisTest();
const signal = new AbortController().signal;
let server: TestRedis;
let names = 0;

beforeAll(async () => {
  if (hasRedis()) server = await startRedis({ isPersistent: true });
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

async function open() {
  names += 1;
  const redis = new Redis(redisOptions.parse({ url: server.url, timeout: '1s' }));
  return {
    store: new RedisStore(redis, `store-${names}:`),
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  };
}

sessionStoreContract(open, test);

test('nothing stays for ever in Redis', async () => {
  await using fixture = await open();
  const { store } = fixture;
  await server.ask('flushall');
  await store.create('a', session('a', { groups: ['g'] }), signal);
  await store.create('b', session('b', { groups: ['g'], longestMs: 60_000 }), signal);
  await store.claim('once', '', 60_000, signal);
  const keys = await server.ask('keys', '*');
  expect(keys.length).toBe(4);
  for (const key of keys) expect(Number(await server.ask('pttl', key))).toBeGreaterThan(0);
  const [group = ''] = keys.filter((key) => key.includes('group'));
  expect(Number(await server.ask('pttl', group))).toBeGreaterThan(7_000_000);
});

test('a restart costs no command but those that are under way', async () => {
  await using fixture = await open();
  const { store } = fixture;
  await store.create('a', session('a'), signal);
  await server.restart();
  expect((await store.read('a', signal))?.value).toBe('a');
});

test('a Redis that is frozen is not waited for, and serves once it goes on', async () => {
  await using fixture = await open();
  const { store } = fixture;
  await store.create('a', session('a'), signal);
  server.freeze();
  try {
    const startedMs = performance.now();
    const all = Array.from({ length: 50 }, () => store.read('a', signal));
    for (const outcome of await Promise.allSettled(all)) {
      expect(outcome).toMatchObject({ reason: expect.any(RedisError) });
    }
    await expect(store.read('a', signal)).rejects.toThrow(RedisError);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  } finally {
    server.thaw();
  }
  expect((await store.read('a', signal))?.value).toBe('a');
});

test('who leaves does not wait', async () => {
  await using fixture = await open();
  const leaving = new AbortController();
  const read = fixture.store.read('a', leaving.signal);
  leaving.abort(new Error('left'));
  await expect(read).rejects.toThrow('left');
});
