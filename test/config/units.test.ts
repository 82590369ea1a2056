import { expect, test } from '@jest/globals';
import { parseDuration } from '../../src/lib/duration.ts';
import { parseSize } from '../../src/lib/size.ts';

test.each([
  ['250ms', 250],
  ['0s', 0],
  ['1.5s', 1_500],
  ['1m', 60_000],
  ['2h', 7_200_000],
  ['24d', 2_073_600_000],
  ['25d', undefined],
  ['5', undefined],
  ['5 s', undefined],
  ['-5s', undefined],
  ['5S', undefined],
  ['', undefined],
])('the duration %j is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ['512B', 512],
  ['64KiB', 65_536],
  ['0.5KiB', 512],
  ['10MB', 10_000_000],
  ['10MiB', 10_485_760],
  ['1GB', 1_000_000_000],
  ['1GiB', 1_073_741_824],
  ['9007199254740991B', 9_007_199_254_740_991],
  ['9007199254740992B', undefined],
  [`${'9'.repeat(400)}GB`, undefined],
  ['64kib', undefined],
  ['64', undefined],
  ['1e3B', undefined],
])('the size %j is %s bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});
