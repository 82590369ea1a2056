import { expect, test } from '@jest/globals';
import { MemoryStore } from '../../../src/auth/sessions/memory-store.ts';
import { session, sessionStoreContract } from '../../contracts/session-store.ts';

const roomy = { sessions: 1_000, bytes: 1_000_000, now: Date.now };

sessionStoreContract(async () => ({
  store: new MemoryStore(roomy),
  async [Symbol.asyncDispose]() {},
}));

test('the session that was used longest ago goes, where there are too many', async () => {
  const store = new MemoryStore({ ...roomy, sessions: 3 });
  for (const key of ['a', 'b', 'c']) await store.create(key, session(key));
  await store.extend('a', 1_000);
  await store.create('d', session('d'));
  expect(await store.read('b')).toBeUndefined();
  for (const key of ['a', 'c', 'd']) expect((await store.read(key))?.value).toBe(key);
});

test('so it does where they are too long, also once they grow', async () => {
  const store = new MemoryStore({ ...roomy, bytes: 10_000 });
  await store.create('a', session('a'));
  await store.create('b', session('b'));
  expect(store.size).toBe(2);
  expect(await store.replace('b', 'x'.repeat(4_700))).toBe(true);
  expect(await store.read('a')).toBeUndefined();
  expect((await store.read('b'))?.value.length).toBe(4_700);
});

test('what has ended is not kept for long, and neither are claims', async () => {
  let nowMs = 0;
  const store = new MemoryStore({ ...roomy, now: () => nowMs });
  for (let n = 0; n < 100; n += 1) {
    await store.create(`${n}`, session('', { idleMs: 10, groups: ['all'] }));
    await store.claim(`${n}`, '', 10);
  }
  expect(store.size).toBe(200);
  nowMs = 10;
  await store.create('new', session('new'));
  await store.claim('new', '', 10);
  expect(store.size).toBe(2);
  expect(await store.endGroup('all')).toBe(0);
});
