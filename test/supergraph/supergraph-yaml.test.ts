/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are meant as text */
import { describe, expect, test } from '@jest/globals';
import { formatProblem, StartupError } from '../../src/errors.ts';
import { readSupergraphYaml } from '../../src/supergraph/sources/supergraph-yaml.ts';

const file = '/graphs/supergraph.yaml';
const environment = { HOST: 'shop.test', SECRET: 'hunter2', BROKEN: 'not a url' };

/** All problems of a list with this text, one per line as they are printed. */
function problemsOf(text: string): readonly string[] {
  try {
    readSupergraphYaml(text, file, environment);
  } catch (thrown) {
    if (!(thrown instanceof StartupError)) throw thrown;
    expect(thrown.failure).toBe('configuration');
    expect(thrown.message).not.toMatch(/hunter2|not a url/);
    return thrown.problems.map(formatProblem).map((line) => line.replace(`${file}:`, ''));
  }
  return [];
}

test('says of each subgraph where it is, and where its schema is', () => {
  const text = `
federation_version: =2.9.0
subgraphs:
  orders:
    routing_url: http://orders.test/graphql
    role: command
    schema:
      file: ./orders/schema.graphql
  absolute:
    routing_url: http://absolute.test/
    schema: { file: /elsewhere/schema.graphql }
  inline:
    routing_url: http://inline.test/
    role: query
    schema:
      sdl: 'type Query { price: Int }'
  asked:
    schema:
      subgraph_url: http://\${env.HOST}/graphql
      introspection_headers:
        Authorization: Bearer \${env:SECRET}
`;
  expect(readSupergraphYaml(text, file, environment)).toEqual([
    {
      name: 'orders',
      url: 'http://orders.test/graphql',
      role: 'command',
      schema: { file: '/graphs/orders/schema.graphql' },
      place: { file, line: 7, column: 5 },
    },
    {
      name: 'absolute',
      url: 'http://absolute.test/',
      role: undefined,
      schema: { file: '/elsewhere/schema.graphql' },
      place: { file, line: 11, column: 5 },
    },
    {
      name: 'inline',
      url: 'http://inline.test/',
      role: 'query',
      schema: { sdl: 'type Query { price: Int }' },
      place: { file, line: 15, column: 5 },
    },
    {
      name: 'asked',
      url: 'http://shop.test/graphql',
      role: undefined,
      schema: { url: 'http://shop.test/graphql', headers: { authorization: 'Bearer hunter2' } },
      place: { file, line: 18, column: 5 },
    },
  ]);
});

test.each(['2', '"2"', 'latest-2', '=2.9.0', '=2.14', 'v2.3.1'])(
  'takes federation version %s',
  (version) => {
    const subgraphs = '{ a: { routing_url: http://a/, schema: { sdl: x } } }';
    expect(problemsOf(`federation_version: ${version}\nsubgraphs: ${subgraphs}`)).toEqual([]);
  },
);

/** One subgraph; each entry is a line of it. */
const subgraph = (...lines: readonly string[]) => `subgraphs:\n  a:\n    ${lines.join('\n    ')}`;
const schema = 'schema: { sdl: "type Query { a: Int }" }';

describe('refuses', () => {
  test.each([
    [
      'a version before 2, with every other mistake',
      'federation_version: 1\nsubgraphs: { a: { role: reader, schema: 5 } }',
      [
        '1:21 INVALID_VALUE federation_version: Expected a version of Federation 2, such as 2 or =2.9.0',
        '2:25 INVALID_VALUE subgraphs.a.role: Expected query or command',
        '2:41 INVALID_VALUE subgraphs.a.schema: Expected a map, found a number',
      ],
    ],
    [
      'an unknown key',
      subgraph('routing_url: http://a/', 'url: http://a/', schema),
      ['4:5 UNKNOWN_KEY subgraphs.a.url is not known; known are routing_url, role, schema'],
    ],
    [
      'a reference to a graph in a registry of others',
      subgraph('routing_url: http://a/', 'schema:', '  graphref: shop@current'),
      [
        '5:7 UNKNOWN_KEY subgraphs.a.schema.graphref is not known; known are file, sdl, subgraph_url, introspection_headers',
        '5:7 INVALID_VALUE subgraphs.a.schema: Expected exactly one of file, sdl and subgraph_url',
      ],
    ],
    [
      'a subgraph without a schema',
      subgraph('routing_url: http://a/'),
      ['3:5 MISSING_KEY subgraphs.a.schema is missing'],
    ],
    [
      'a subgraph without any URL',
      subgraph(schema),
      [
        '3:5 INVALID_VALUE subgraphs.a: routing_url is missing, and there is no schema.subgraph_url to stand in for it',
      ],
    ],
    [
      'a schema in two places',
      subgraph('routing_url: http://a/', 'schema: { file: a, sdl: b }'),
      ['4:13 INVALID_VALUE subgraphs.a.schema: Expected exactly one of file, sdl and subgraph_url'],
    ],
    [
      'a URL of another kind',
      subgraph('routing_url: localhost:4001', schema),
      ['3:18 INVALID_VALUE subgraphs.a.routing_url: Expected an http or https URL'],
    ],
    [
      'a URL from the environment that is none, without telling it',
      subgraph('routing_url: ${env.BROKEN}', schema),
      ['3:18 INVALID_VALUE subgraphs.a.routing_url: Expected an http or https URL'],
    ],
    [
      'a variable that is not set',
      subgraph('routing_url: http://${env.SECRET}.test:${env.NOT_SET}/', schema),
      ['3:18 ENV_NOT_SET The environment variable NOT_SET is not set'],
    ],
    [
      'no subgraphs',
      'subgraphs: {}',
      ['1:12 INVALID_VALUE subgraphs: Expected at least one subgraph'],
    ],
    ['an empty file', '', ['1:1 MISSING_KEY subgraphs is missing']],
    [
      'a name that is given twice',
      'subgraphs:\n  a: {}\n  a: {}',
      ['3:3 YAML_SYNTAX Map keys must be unique'],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});
