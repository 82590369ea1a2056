import { expect, test } from '@jest/globals';
import { AskedStore } from '../../../src/auth/sessions/asked-store.ts';
import { MemoryStores } from '../../../src/auth/sessions/memory-stores.ts';
import { session, sessionStoreContract } from '../../contracts/session-store.ts';

const roomy = { sessions: 1_000, bytes: 1_000_000 };
const { signal } = new AbortController();

/** Opens stores of one process. */
function opener() {
  const stores = new MemoryStores(Date.now);
  return (name: string, bounds = roomy) =>
    new AskedStore(name, bounds, (question) => stores.answer(question));
}

sessionStoreContract(async () => ({ store: opener()('own'), async [Symbol.asyncDispose]() {} }));

test('who asks for the same name has the same sessions, and nobody else has', async () => {
  const open = opener();
  await open('one').create('a', session('of one', { groups: ['mira'] }), signal);
  expect((await open('one').read('a', signal))?.value).toBe('of one');
  expect(await open('other').read('a', signal)).toBeUndefined();
  expect(await open('other').endGroup('mira', signal)).toBe(0);
  expect(await open('other').claim('once', '', 3_600_000, signal)).toBe(true);
  expect(await open('one').claim('once', '', 3_600_000, signal)).toBe(true);
  expect(await open('one').claim('once', '', 3_600_000, signal)).toBe(false);
});

test('sessions stay when the bounds change, and what is beyond them goes', async () => {
  const open = opener();
  for (const key of ['a', 'b', 'c']) await open('own').create(key, session(key), signal);
  const small = open('own', { ...roomy, sessions: 2 });
  expect((await small.read('a', signal))?.value).toBe('a');
  await small.extend('a', 3_600_000, signal);
  const values = async () =>
    Promise.all(['a', 'b', 'c'].map(async (key) => (await small.read(key, signal))?.value));
  expect(await values()).toEqual(['a', undefined, 'c']);
  await open('own').create('b', session('new'), signal);
  expect(await values()).toEqual(['a', 'new', 'c']);
});

test('a store that is opened and not used changes nothing', async () => {
  const open = opener();
  const store = open('own');
  for (const key of ['a', 'b']) await store.create(key, session(key), signal);
  open('own', { sessions: 1, bytes: 1 });
  await store.extend('a', 3_600_000, signal);
  expect((await store.read('b', signal))?.value).toBe('b');
});
