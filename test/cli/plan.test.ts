import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { gatehouse } from '../harness/command.ts';
import { temporaryFolder } from '../supergraph/folder.ts';

const supergraph = fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url));

const textPlan = `QueryPlan {
  Sequence {
    Fetch(service: "orders-query") {
      {
        order(id: "o-1") {
          account {
            __typename
            id
          }
        }
      }
    },
    Flatten(path: "order.account") {
      Fetch(service: "accounts-query") {
        {
          ... on Account {
            __typename
            id
          }
        } =>
        {
          ... on Account {
            name
          }
        }
      },
    },
  },
}
`;

describe('gatehouse plan', () => {
  test('shows the plan of a document from standard input', async () => {
    const stdin = '{ order(id: "o-1") { account { name } } }';
    const args = ['plan', '--supergraph', supergraph, '--query', '-'];
    expect(await gatehouse(args, { stdin })).toEqual({ code: 0, stdout: textPlan, stderr: '' });
  });

  test('shows the plan of one of several operations as JSON', async () => {
    await using folder = await temporaryFolder();
    const document = 'query A { brand(id: "b-1") { name } } query B { review(id: "r-1") { text } }';
    const query = await folder.write('two.graphql', document);
    const args = ['plan', '--supergraph', supergraph, '--query', query, '--operation', 'B'];
    const { code, stdout, stderr } = await gatehouse([...args, '--format', 'json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      kind: 'QueryPlan',
      node: {
        kind: 'Fetch',
        serviceName: 'reviews-query',
        variableUsages: [],
        operation: 'query B__reviews_query__0{review(id:"r-1"){text}}',
        operationKind: 'query',
        operationName: 'B__reviews_query__0',
      },
    });
  });

  test('tells each problem of a document with its place, as text and as JSON', async () => {
    await using folder = await temporaryFolder();
    const query = await folder.write('bad.graphql', '{\n  brand(id: 1) { nam }\n  nothing\n}');
    const args = ['plan', '--supergraph', supergraph, '--query', query, '--format', 'json'];
    const { code, stdout, stderr } = await gatehouse(args);
    const problems = [
      {
        code: 'GRAPHQL_VALIDATION_FAILED',
        message: 'Cannot query field "nam" on type "Brand". Did you mean "name"?',
        file: query,
        line: 2,
        column: 18,
      },
      {
        code: 'GRAPHQL_VALIDATION_FAILED',
        message: 'Cannot query field "nothing" on type "Query".',
        file: query,
        line: 3,
        column: 3,
      },
    ];
    expect({ code, problems: JSON.parse(stdout), stderr }).toEqual({
      code: 1,
      problems: { problems },
      stderr: `${query}:2:18 GRAPHQL_VALIDATION_FAILED ${problems[0]?.message}
${query}:3:3 GRAPHQL_VALIDATION_FAILED ${problems[1]?.message}
`,
    });
  });

  test('asks for the name of the operation where there are several', async () => {
    const stdin = 'query A { __typename } query B { __typename }';
    const args = ['plan', '--supergraph', supergraph, '--query', '-'];
    expect(await gatehouse(args, { stdin })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'OPERATION_RESOLUTION_FAILURE The document has several operations: name one in operationName\n',
    });
  });

  test('has no plan where there is no document', async () => {
    await using folder = await temporaryFolder();
    const query = `${folder.path}/nowhere.graphql`;
    expect(await gatehouse(['plan', '--supergraph', supergraph, '--query', query])).toEqual({
      code: 2,
      stdout: '',
      stderr: `${query} NOT_FOUND The document cannot be read\n`,
    });
  });

  test('says what is wrong with a supergraph, and shows no stack', async () => {
    await using folder = await temporaryFolder();
    const sdl = await readFile(supergraph, 'utf8');
    const wrong = await folder.write('wrong.graphql', sdl.replaceAll(': Brand!', ': Brnd!'));
    const args = ['plan', '--supergraph', wrong, '--query', '-'];
    expect(await gatehouse(args, { stdin: '{ __typename }' })).toEqual({
      code: 1,
      stdout: '',
      stderr: `${wrong} SUPERGRAPH_INVALID The supergraph cannot be used: Unknown type Brnd\n`,
    });
  });
});
