import { test as always, expect } from '@jest/globals';
import type { NewSession, SessionStore } from '../../src/auth/sessions/store.ts';

export interface StoreFixture extends AsyncDisposable {
  readonly store: SessionStore;
}

type Test = typeof always | typeof always.skip;

const signal = new AbortController().signal;

/** A session that lasts for an hour. */
export function session(value: string, more: Partial<NewSession> = {}): NewSession {
  return { value, idleMs: 3_600_000, longestMs: 7_200_000, groups: [], ...more };
}

/** What is relied on, wherever sessions are. */
export function sessionStoreContract(open: () => Promise<StoreFixture>, test: Test = always): void {
  test('keeps a session under its key until it is ended', async () => {
    await using fixture = await open();
    const { store } = fixture;
    expect(await store.read('a', signal)).toBeUndefined();
    await store.create('a', session('of a'), signal);
    await store.create('b', session('of b'), signal);
    const found = await store.read('a', signal);
    expect(found?.value).toBe('of a');
    expect(found?.remainingMs).toBeGreaterThan(3_590_000);
    expect(found?.remainingMs).toBeLessThanOrEqual(3_600_000);
    expect(await store.end('a', signal)).toBe(true);
    expect(await store.end('a', signal)).toBe(false);
    expect(await store.read('a', signal)).toBeUndefined();
    expect((await store.read('b', signal))?.value).toBe('of b');
  });

  test('forgets a session that nobody uses, and keeps one that is extended', async () => {
    await using fixture = await open();
    const { store } = fixture;
    await store.create('brief', session('brief', { idleMs: 20 }), signal);
    await store.create('longer', session('longer', { idleMs: 20 }), signal);
    await store.extend('longer', 3_600_000, signal);
    while ((await store.read('brief', signal)) !== undefined);
    expect((await store.read('longer', signal))?.remainingMs).toBeGreaterThan(3_590_000);
    await store.extend('brief', 3_600_000, signal);
    expect(await store.read('brief', signal)).toBeUndefined();
    expect(await store.end('brief', signal)).toBe(false);
  });

  test('writes over a session, keeps its time, and brings none back that has ended', async () => {
    await using fixture = await open();
    const { store } = fixture;
    await store.create('a', session('first', { groups: ['g'] }), signal);
    expect(await store.replace('a', 'second', signal)).toBe(true);
    const found = await store.read('a', signal);
    expect(found?.value).toBe('second');
    expect(found?.remainingMs).toBeGreaterThan(3_590_000);
    expect(await store.endGroup('g', signal)).toBe(1);
    expect(await store.replace('a', 'third', signal)).toBe(false);
    expect(await store.read('a', signal)).toBeUndefined();
  });

  test('ends all sessions of a group, and no other one', async () => {
    await using fixture = await open();
    const { store } = fixture;
    await store.create('a', session('a', { groups: ['mira', 'one'] }), signal);
    await store.create('b', session('b', { groups: ['mira', 'two'] }), signal);
    await store.create('c', session('c', { groups: ['jules'] }), signal);
    expect(await store.endGroup('one', signal)).toBe(1);
    expect(await store.endGroup('mira', signal)).toBe(1);
    expect(await store.endGroup('mira', signal)).toBe(0);
    expect(await store.endGroup('nobody', signal)).toBe(0);
    expect(await store.read('b', signal)).toBeUndefined();
    expect((await store.read('c', signal))?.value).toBe('c');
  });

  test('lets one of many claim a name, until it is released or its time is over', async () => {
    await using fixture = await open();
    const { store } = fixture;
    const all = Array.from({ length: 20 }, (_, index) =>
      store.claim('name', `holder ${index}`, 3_600_000, signal),
    );
    expect((await Promise.all(all)).filter((isFirst) => isFirst)).toEqual([true]);
    await store.release('name', 'somebody else', signal);
    expect(await store.claim('name', 'late', 3_600_000, signal)).toBe(false);
    await store.release('name', 'holder 0', signal);
    expect(await store.claim('name', 'next', 20, signal)).toBe(true);
    while (!(await store.claim('name', 'last', 3_600_000, signal)));
    expect(await store.claim('name', 'late', 3_600_000, signal)).toBe(false);
  });
}
