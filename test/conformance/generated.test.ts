import { expect, test } from '@jest/globals';
import { seeded } from './choices.ts';
import { type Pair, pairOf } from './pair.ts';
import { randomModel } from './random-model.ts';
import { randomOperation } from './random-operation.ts';
import { subgraphSdl } from './subgraph-sdl.ts';

const seeds = Array.from({ length: 50 }, (_, seed) => seed);

test.each([
  ['single keys', /@key\(fields: "id"/],
  ['composite keys', /@key\(fields: "floor room"/],
  ['nested keys', /@key\(fields: "origin \{ code \}"/],
  ['several keys', /@key\([^)]*\) @key\(/],
  ['keys that are not resolvable', /resolvable: false/],
  ['@requires', /@requires\(fields: "\w+"/],
  ['@requires with arguments', /@requires\(fields: "[^"]*\(n: /],
  ['@requires of fields within a value', /@requires\(fields: "[^"]*\{/],
  ['@provides', /@provides/],
  ['@provides on a root field', /type Query \{[^}]*@provides/],
  ['@shareable fields', /: [[\]!\w]+ @shareable/],
  ['@override', /@override/],
  ['@inaccessible', /@inaccessible/],
  ['@interfaceObject', /@interfaceObject/],
  ['interfaces', /^interface Plain /m],
  ['interfaces with a key', /^interface Keyed @key/m],
  ['unions', /^union Either = \w+ \| /m],
  ['enums', /: Color/],
  ['inputs', /filter: Filter/],
  ['inputs with defaults', /filter: Filter = /],
  ['lists of lists', /: \[\[/],
  ['mutations', /^type Mutation /m],
])('at least 5 of 50 splits have %s', (_, pattern) => {
  const splits = seeds.map((seed) => {
    const model = randomModel(seed);
    return model.subgraphs.map((subgraph) => subgraphSdl(model, subgraph)).join('\n');
  });
  expect(splits.filter((split) => pattern.test(split)).length).toBeGreaterThanOrEqual(5);
});

test('splits have 2 to 6 subgraphs', () => {
  const counts = new Set(seeds.map((seed) => randomModel(seed).subgraphs.length));
  expect([...counts].sort()).toEqual([2, 3, 4, 5, 6]);
});

test.each([
  ['aliases', /\w+: \w+/],
  ['inline fragments', /\.\.\. on/],
  ['inline fragments without a type', /\.\.\.( @\w+\([^)]*\))? \{/],
  ['named fragments', /^fragment/m],
  ['variables', /\$v\d+: /],
  ['variables with defaults', /\$v\d+: [[\]!\w]+ = /],
  ['@skip', /@skip\(if: \$/],
  ['@include', /@include\(if: \$/],
  ['conditions that are written out', /@(skip|include)\(if: (true|false)\)/],
  ['__typename', /__typename/],
  ['five levels', /(\{[^}]*){6}/],
])('at least 20 of 400 operations have %s', (_, pattern) => {
  expect(operations.filter((text) => pattern.test(text)).length).toBeGreaterThanOrEqual(20);
});

const pairs = seeds
  .slice(0, 6)
  .map((seed) => pairOf(randomModel(seed)))
  .filter((pair): pair is Pair => typeof pair !== 'string');
const operations = Array.from({ length: 400 }, (_, index) => {
  const pair = pairs[index % pairs.length];
  if (pair === undefined) throw new TypeError('Some splits compose');
  return randomOperation(seeded(index), pair.schema).text;
});
