import { expect, test } from '@jest/globals';
import { Bell } from '../../src/lib/bell.ts';

const { signal } = new AbortController();

test('rings that come before a look count as one', async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  expect(await bell.wait(signal)).toBe(true);
  const stop = new AbortController();
  const second = bell.wait(stop.signal);
  stop.abort();
  expect(await second).toBe(false);
});

test('a ring ends the wait', async () => {
  const bell = new Bell();
  const rung = bell.wait(signal);
  bell.ring();
  expect(await rung).toBe(true);
});

test('who no longer waits is not told', async () => {
  const bell = new Bell();
  bell.ring();
  expect(await bell.wait(AbortSignal.abort())).toBe(false);
});
