import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answerOf } from './two-graphs.ts';
import { type Workplace, workplace } from './workplace.ts';

let place: Workplace;
let refusals = 0;
beforeAll(async () => {
  place = await workplace();
});
afterAll(async () => place[Symbol.asyncDispose]());

const specs = 'schema\n  @link(url: "https://specs.apollo.dev/link/v1.0")';

/** What is made of the good supergraph, and how it is refused. */
const broken: readonly (readonly [string, (sdl: string) => string, string, string])[] = [
  ['an empty file', () => '', 'NOT_A_SUPERGRAPH', 'The file is empty'],
  ['blanks', () => ' \n\n ', 'NOT_A_SUPERGRAPH', 'The file is empty'],
  ['half of a file', (sdl) => sdl.slice(0, 1_500), 'INVALID_GRAPHQL', 'Syntax Error'],
  ['a syntax error', (sdl) => `${sdl}\ntype {`, 'INVALID_GRAPHQL', 'Syntax Error: Expected Name'],
  ['a web page', () => '<html>404</html>', 'INVALID_GRAPHQL', 'Unexpected character: "<"'],
  ['no text at all', () => '\0\u0001\u0002', 'INVALID_GRAPHQL', 'Unexpected character: U+0000'],
  [
    'brackets without end',
    () => `type Query { a: ${'['.repeat(99_999)}`,
    'INVALID_GRAPHQL',
    'deeply',
  ],
  ['a plain schema', () => 'type Query { a: Int }', 'NOT_A_SUPERGRAPH', 'does not @link'],
  [
    'the schema of a subgraph',
    () => 'type Query { a: A } type A @key(fields: "id") { id: ID }',
    'NOT_A_SUPERGRAPH',
    'This looks like a subgraph schema',
  ],
  [
    'a list of subgraphs',
    () => 'subgraphs:\n  a: {}',
    'NOT_A_SUPERGRAPH',
    'This looks like a list of subgraphs',
  ],
  [
    'a type that is not there',
    (sdl) => sdl.replace('left: String', 'left: Strng'),
    'SUPERGRAPH_INVALID',
    'Unknown type',
  ],
  [
    'a type twice',
    (sdl) => `${sdl}\ntype Mark { twice: Int }`,
    'SUPERGRAPH_INVALID',
    'only one type named "Mark"',
  ],
  [
    'a field twice',
    (sdl) => sdl.replace('left: String', 'left: Int @join__field(graph: LEFT)\n  left: String'),
    'SUPERGRAPH_INVALID',
    'Field left already exists on Query',
  ],
  [
    'a field of a subgraph that is not listed',
    (sdl) => sdl.replaceAll('@join__field(graph: LEFT)', '@join__field(graph: NOWHERE)'),
    'SUPERGRAPH_INVALID',
    '@join__field(graph:)',
  ],
  [
    'a directive that is not defined',
    (sdl) => sdl.replace('left: String', 'left: String @unheard'),
    'SUPERGRAPH_INVALID',
    'unheard',
  ],
  [
    'an interface that is not kept',
    (sdl) => `${sdl}\ninterface Named @join__type(graph: LEFT) { name: String }
      type Nameless implements Named @join__type(graph: LEFT)
        @join__implements(graph: LEFT, interface: "Named") { id: ID }`,
    'SUPERGRAPH_INVALID',
    'Named.name',
  ],
  ['no queries', (sdl) => sdl.replace('query: Query', 'query: Qury'), 'SUPERGRAPH_INVALID', 'Qury'],
  [
    'an unknown specification that has to be kept',
    (sdl) =>
      sdl.replace(specs, `${specs}\n  @link(url: "https://specs.test/sealed/v1.0", for: SECURITY)`),
    'SUPERGRAPH_INVALID',
    'sealed',
  ],
  [
    'a version of its format that is not known',
    (sdl) => sdl.replace(/join\/v\d+\.\d+/, 'join/v9.9'),
    'SUPERGRAPH_INVALID',
    'join',
  ],
  [
    'no type that clients may see',
    (sdl) =>
      sdl
        .replace('type Query\n', 'type Query @inaccessible\n')
        .replace(
          specs,
          `${specs}\n  @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)`,
        ) +
      '\ndirective @inaccessible on OBJECT | FIELD_DEFINITION | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION',
    'SUPERGRAPH_INVALID',
    'inaccessible',
  ],
  [
    'a subgraph without a URL',
    (sdl) => sdl.replace(/url: "http:[^"]*"/, 'url: ""'),
    'SUBGRAPH_URL_MISSING',
    'The subgraph "left" has no URL to call',
  ],
  [
    'a subgraph with a URL of another kind',
    (sdl) => sdl.replace(/url: "http:/, 'url: "ftp:'),
    'SUBGRAPH_URL_MISSING',
    'The subgraph "left" has no URL to call',
  ],
];

async function expectRefused(code: string, reason: string): Promise<void> {
  refusals += 1;
  const line = (await place.refused(refusals)).at(-1);
  expect(line).toMatchObject({ level: 'error', kind: 'supergraph', code });
  expect(line?.['reason']).toContain(reason);
  const series = 'gatehouse_reloads_total{kind="supergraph",outcome="refused"}';
  expect(await place.metric(series)).toBe(refusals);
  const problem = expect.objectContaining({ code, message: expect.stringContaining(reason) });
  expect(await place.health()).toMatchObject({
    status: 'ready',
    supergraph: { generation: 1, refused: { problems: expect.arrayContaining([problem]) } },
  });
  expect(await place.ask()).toEqual(answerOf('A'));
}

test.each(broken)('%s is refused, and the last good one serves', async (_, spoil, code, reason) => {
  const text = spoil(place.graphs.sdl.A);
  expect(text).not.toBe(place.graphs.sdl.A);
  await writeFile(place.file, text);
  await expectRefused(code, reason);
});

test('no file is refused, and the last good one serves', async () => {
  await rm(place.file);
  await expectRefused('NOT_FOUND', 'There is no such file');
});

test('a folder in its place is refused, and the last good one serves', async () => {
  await mkdir(place.file);
  await expectRefused('FILE_NOT_READABLE', 'EISDIR');
  await rm(place.file, { recursive: true });
  await expectRefused('NOT_FOUND', 'There is no such file');
});

test('the first good one after all of them is taken', async () => {
  await writeFile(place.file, place.graphs.sdl.B);
  await place.reloaded('swapped');
  expect(await place.ask()).toEqual(answerOf('B'));
  const health = await place.health();
  expect(health).toMatchObject({ status: 'ready', supergraph: { generation: 2 } });
  expect(health).not.toHaveProperty('supergraph.refused');
});
