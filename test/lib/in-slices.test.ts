import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { atOnce, inSlices, type Steps } from '../../src/lib/in-slices.ts';

function* counting(seen: number[]): Steps<string> {
  for (let step = 1; step <= 6; step += 1) {
    seen.push(step);
    yield;
  }
  return 'done';
}

test('steps are taken at once, or in slices between which other work is done', async () => {
  const atOnceSeen: number[] = [];
  expect(atOnce(counting(atOnceSeen))).toBe('done');
  expect(atOnceSeen).toEqual([1, 2, 3, 4, 5, 6]);

  const seen: number[] = [];
  // Each look at the clock takes a millisecond: two or three steps are a slice of 3 ms.
  let nowMs = 0;
  const working = inSlices(counting(seen), 3, () => nowMs++);
  const between: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    between.push(seen.length);
    await setImmediate();
  }
  expect(between).toEqual([3, 6, 6, 6]);
  expect(await working).toBe('done');
});

test('a step that fails ends the work', async () => {
  function* failing(): Steps<string> {
    yield;
    throw new Error('No');
  }
  await expect(inSlices(failing(), 5)).rejects.toThrow('No');
});
