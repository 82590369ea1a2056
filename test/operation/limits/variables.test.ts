import { describe, expect, test } from '@jest/globals';
import { extentOf } from '../../../src/operation/limits/extent.ts';
import { limits } from './limited.ts';

const all = { depth: Number.POSITIVE_INFINITY, items: Number.POSITIVE_INFINITY };
const nested = (levels: number) => JSON.parse(`${'[{"a":'.repeat(levels)}1${'}]'.repeat(levels)}`);

describe('The extent of values', () => {
  test.each([
    [[], { depth: 0, items: 0 }],
    [[1, 'a', null, undefined, true], { depth: 0, items: 0 }],
    [[{}], { depth: 1, items: 0 }],
    [[[1, 2, 3], [1]], { depth: 1, items: 3 }],
    [[{ a: [{ b: [1, 2] }], c: 1 }, [[]]], { depth: 4, items: 2 }],
    [[JSON.parse('{ "__proto__": [[1, 2, 3, 4]] }')], { depth: 3, items: 4 }],
  ])('%j', (values, extent) => {
    expect(extentOf(values, all)).toEqual(extent);
  });

  test('that are nested without end is found without recursion', () => {
    expect(extentOf([nested(100_000)], all)).toEqual({ depth: 200_000, items: 1 });
  });

  test('is found no further than is asked', () => {
    expect(extentOf([nested(100_000)], { ...all, depth: 10 })).toEqual({ depth: 11, items: 1 });
    const list = Array.from({ length: 20 }, () => [[1]]);
    expect(extentOf([list], { ...all, items: 10 })).toEqual({ depth: 1, items: 20 });
  });
});

describe('Variables', () => {
  const list = (length: number) => Array.from({ length }, () => 0);

  test('within the limits are taken', () => {
    expect(limits().ofVariables([list(10_000), nested(100)])).toEqual([]);
  });

  test('beyond one are not looked at any further, and beyond several that warn are told of all', () => {
    expect(limits().ofVariables([nested(101), [[list(10_001)]]])).toEqual([
      {
        limit: 'listSize',
        code: 'BAD_USER_INPUT',
        message: 'A list in the variables has 10001 items, and 10000 is the most',
        warnOnly: false,
      },
    ]);
    expect(limits({ warnOnly: true }).ofVariables([nested(101), [[list(10_001)]]])).toEqual([
      expect.objectContaining({ limit: 'listSize', warnOnly: true }),
      {
        limit: 'variablesDepth',
        code: 'BAD_USER_INPUT',
        message: 'The variables are nested more than 200 levels deep',
        warnOnly: true,
      },
    ]);
  });

  test('have no limits where there are none', () => {
    const none = limits({ listSize: false, variablesDepth: false });
    expect(none.ofVariables([list(20_000), nested(1_000)])).toEqual([]);
  });
});
