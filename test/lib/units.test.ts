import { expect, test } from '@jest/globals';
import { duration, parseDuration, timeLimit } from '../../src/lib/duration.ts';
import { parseSize, size } from '../../src/lib/size.ts';

test.each([
  ['250ms', 250],
  ['5s', 5_000],
  ['1.5s', 1_500],
  ['1m', 60_000],
  ['2h', 7_200_000],
  ['24d', 2_073_600_000],
  ['0ms', 0],
])('the duration %s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', 's', '-5s', '5 s', '5S', '1e3s', '25d', 'Infinityms'])(
  '"%s" is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
    expect(duration.safeParse(text).success).toBe(false);
  },
);

test('a time limit is longer than nothing', () => {
  expect(timeLimit.safeParse('0s').success).toBe(false);
  expect(timeLimit.parse('1ms')).toBe(1);
});

test.each([
  ['512B', 512],
  ['64KiB', 65_536],
  ['10MB', 10_000_000],
  ['1.5kB', 1_500],
  ['1GiB', 1_073_741_824],
])('the size %s is %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
  expect(size.parse(text)).toBe(bytes);
});

test.each(['', '5', 'MB', '-1B', '1 MB', '1mb', '0B', '99999999999GiB'])(
  '"%s" is no size',
  (text) => {
    expect(size.safeParse(text).success).toBe(false);
  },
);
