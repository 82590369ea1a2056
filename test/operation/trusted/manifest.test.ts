import { expect, test } from '@jest/globals';
import { parseManifest } from '../../../src/operation/trusted/manifest.ts';

const file = '/m.json';
const apollo = (operations: unknown, more = {}) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations, ...more });

test("Apollo's manifest lists operations, each perhaps of one client", () => {
  const json = apollo([
    { id: 'a', name: 'A', type: 'query', body: '{ a }' },
    { id: 'b', name: 'B', type: 'mutation', body: 'mutation { b }', clientName: 'web' },
    { id: 'c', name: 'C', type: 'query', body: '{ c }', clientName: null },
  ]);
  expect(parseManifest(file, json)).toEqual({
    entries: [
      { id: 'a', text: '{ a }', clientName: undefined, file, place: 'operations[0]' },
      { id: 'b', text: 'mutation { b }', clientName: 'web', file, place: 'operations[1]' },
      { id: 'c', text: '{ c }', clientName: undefined, file, place: 'operations[2]' },
    ],
  });
});

test("Relay's is a map of ids to texts, whatever the ids are", () => {
  const json = '{"a":"{ a }","__proto__":"{ b }","constructor":"{ c }"}';
  expect(parseManifest(file, json)).toEqual({
    entries: [
      { id: 'a', text: '{ a }', clientName: undefined, file, place: 'a' },
      { id: '__proto__', text: '{ b }', clientName: undefined, file, place: '__proto__' },
      { id: 'constructor', text: '{ c }', clientName: undefined, file, place: 'constructor' },
    ],
  });
});

test.each<[string, string, object]>([
  ['a version that is not known', apollo([], { version: 2 }), { message: 'version: Expected 1' }],
  [
    'another format',
    apollo([], { format: 'mine' }),
    { message: 'format: Expected apollo-persisted-query-manifest' },
  ],
  [
    'a list that has no format',
    '{"operations":[]}',
    { message: 'format: Expected apollo-persisted-query-manifest' },
  ],
  [
    'an operation without a body',
    apollo([{ id: 'a', body: '{ a }' }, { id: 'b' }]),
    { message: 'operations[1].body: Expected a text, found undefined' },
  ],
  [
    'an id that is no text',
    apollo([{ id: 7, body: '{ a }' }]),
    { message: 'operations[0].id: Expected a text, found a number' },
  ],
  [
    "a value of Relay's map that is no text",
    '{"a":"{ a }","b":{"text":"{ b }"}}',
    { message: 'b: Expected a text, found a map' },
  ],
  ['a list', '[]', { message: 'The manifest: Expected a map, found a list' }],
  [
    'what is no JSON, with its place',
    '{\n  "a" "{ a }"\n}',
    { message: expect.stringMatching(/^The file is not JSON: /), line: 2, column: 7 },
  ],
  [
    'what is no JSON, told in one line',
    'x\n',
    { message: `The file is not JSON: Unexpected token 'x', "x " is not valid JSON` },
  ],
  ['nothing', '', { message: expect.stringMatching(/^The file is not JSON: /) }],
])('%s is refused', (_, json, problem) => {
  const manifest = parseManifest(file, json);
  const problems = 'problems' in manifest ? manifest.problems : [];
  expect(problems[0]).toEqual({ code: 'INVALID_MANIFEST', file, ...problem });
});
