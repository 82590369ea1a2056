import { describe, expect, test } from '@jest/globals';
import type { LimitName } from '../../../src/operation/limits/options.ts';
import { counts, exceededBy, only, repeated } from './limited.ts';

/** Documents, and the number that a limit of this name counts of each. */
const tables: Readonly<Partial<Record<LimitName, readonly (readonly [string, number])[]>>> = {
  depth: [
    ['{ a }', 1],
    ['{ a { b { c } } d { e } }', 3],
    ['{ ... { ... on T { a { ... @skip(if: true) { b } } } } }', 2],
    ['{ ...F } fragment F on T { a { ...G } } fragment G on T { b { c } }', 3],
    ['{ a { ...F } b { c { ...F } } } fragment F on T { d }', 3],
    ['{ a } query Q { b { c } }', 2],
    ['{ __schema { types { fields { type { ofType { name } } } } } }', 6],
    ['{ a { ...Missing } }', 1],
  ],
  height: [
    ['{ a b c { d e } }', 5],
    ['{ a a a }', 1],
    ['{ a x: a y: a }', 3],
    ['{ a { b } a { c } }', 3],
    ['{ ...F ...F } fragment F on T { a b }', 4],
    ['{ __schema { types { name kind } } a }', 1],
    ['{ __type(name: "T") { ...F } a { b } } fragment F on __Type { name }', 2],
    ['{ __typename }', 1],
  ],
  aliases: [
    ['{ a }', 0],
    ['{ x: a y: b { z: c } }', 3],
    ['{ x: a x: a }', 2],
    ['{ ...F b { ...F } } fragment F on T { x: a ... { y: a } }', 4],
    ['{ x: __typename }', 1],
    ['{ __isNode: __typename ...F } fragment F on T { __isActor: __typename }', 0],
    ['{ __x: a }', 1],
  ],
  rootFields: [
    ['{ a b { c d e } }', 2],
    ['{ a a x: a }', 2],
    ['{ ... { a b } ...F } fragment F on Query { c ... on Query { d { e } } }', 4],
    ['query A { a } query B { a b } mutation C { a b c }', 3],
  ],
  directives: [
    ['{ a }', 0],
    ['query ($v: Int @c) @a @b { d @e ...F @f ... @g { h } }', 6],
    ['{ ...F b { ...F } } fragment F on T { a @x @y }', 4],
  ],
  selections: [
    ['{ a }', 1],
    ['{ a a a }', 3],
    ['{ a { b } ... { c } ...F ...F } fragment F on T { d e }', 10],
  ],
  fragments: [['{ ...F ...G } fragment F on T { a } fragment G on T { a }', 2]],
  operations: [['query A { a } query B { a } mutation C { a }', 3]],
  variables: [
    ['query ($a: Int, $b: Int) { a } query B ($c: Int) { a }', 2],
    [`query (${repeated(300, (n) => `$v${n}: Int`)}) { a }`, 300],
  ],
  operationName: [
    [`query ${'q'.repeat(300)} { a }`, 300],
    ['query AbC { a } mutation Longest { a }', 7],
  ],
  introspectionDepth: [
    ['{ __schema { types { fields { type { fields { name } } } } } }', 2],
    ['{ __type(name: "T") { fields { type { interfaces { possibleTypes { name } } } } } }', 3],
    [
      '{ __schema { ...S } } fragment S on __Schema { types { inputFields { ...T } } } fragment T on __Type { fields { name } }',
      2,
    ],
    ['{ ...F } fragment F on Query { __schema { types { fields { name } } } }', 1],
  ],
  tokens: [
    ['{ a(b: "c") { ...F } } # end\n fragment F on T { d }', 20],
    [repeated(30, () => '#\n').concat('{a}'), 33],
  ],
  recursion: [['{ a(b: [[[1]]]) }', 5]],
};

describe.each(Object.entries(tables) as [LimitName, (readonly [string, number])[]][])(
  'The limit of %s counts',
  (name, rows) => {
    test.each(rows)('%s as %i', (text, count) => {
      expect(counts(text, name, count)).toBe(true);
    });
  },
);

describe('Nothing is counted that is not there:', () => {
  test("fields of a graph of one's own are no introspection", () => {
    const text = '{ a { fields { fields { fields { interfaces { name } } } } } }';
    expect(exceededBy(text, only('introspectionDepth', 1))).toEqual([]);
  });
});

describe('Fragments that spread each other', () => {
  const doubling = (levels: number) =>
    `{ ...F0 } ${repeated(levels, (n) => `fragment F${n} on T { a { ...F${n + 1} } x: a { ...F${n + 1} } }`)} fragment F${levels} on T { b @d }`;

  test.each(['height', 'aliases', 'selections', 'directives'] as const)(
    'without end are more than any number of %s, in no time',
    (name) => {
      const startedMs = performance.now();
      expect(exceededBy(doubling(30), only(name, 1_000_000))).toMatchObject([{ limit: name }]);
      expect(exceededBy(doubling(1_200), only(name, Number.MAX_SAFE_INTEGER))).toHaveLength(1);
      expect(performance.now() - startedMs).toBeLessThan(1_000);
    },
  );

  test('in a circle are counted once round', () => {
    const text =
      '{ a { ...F } } fragment F on T { x: b { ...G } } fragment G on T { y: c { ...F } }';
    expect(counts(text, 'depth', 3)).toBe(true);
    expect(counts(text, 'aliases', 2)).toBe(true);
    expect(counts('{ ...F } fragment F on T { ...F a }', 'height', 1)).toBe(true);
  });

  test('each and all, in a circle, end', () => {
    const spreads = repeated(80, (n) => `...F${n}`);
    const text = `{ a { ...F0 } } ${repeated(80, (n) => `fragment F${n} on T { ${spreads} }`)}`;
    expect(exceededBy(text, only('depth', 1))).toEqual([]);
  });
});
