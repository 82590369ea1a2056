import { expect, test } from '@jest/globals';
import { planOptions } from '../../src/plan/options.ts';
import { startPlanner } from '../../src/plan/threaded-planner.ts';
import { link } from '../supergraph/sdl.ts';

const file = '/srv/supergraph.graphql';
const observer = { lost: () => {}, waiting: () => {} };

test.each([
  ['', 'NOT_A_SUPERGRAPH', 'The file is empty', {}],
  ['\n \n', 'NOT_A_SUPERGRAPH', 'The file is empty', {}],
  [
    'type Query {\n  a: Int',
    'INVALID_GRAPHQL',
    'Syntax Error: Expected Name, found <EOF>.',
    { line: 2, column: 9 },
  ],
  ['['.repeat(3), 'INVALID_GRAPHQL', 'Syntax Error: Unexpected "[".', { line: 1, column: 1 }],
  [`type Query { a: ${'['.repeat(100_000)}`, 'INVALID_GRAPHQL', 'The SDL is nested too deeply', {}],
  [
    `${link('v2.3', 'shareable')}type Query { a: Int @shareable }`,
    'NOT_A_SUPERGRAPH',
    'This looks like a subgraph schema: compose it with `gatehouse compose`',
    {},
  ],
  [
    'type Query { a: A } type A @key(fields: "id") { id: ID! }',
    'NOT_A_SUPERGRAPH',
    'This looks like a subgraph schema: compose it with `gatehouse compose`',
    {},
  ],
  [
    'type Query { a: Int }',
    'NOT_A_SUPERGRAPH',
    'The schema does not @link https://specs.apollo.dev/join/, as composition does',
    {},
  ],
  [
    'federation_version: 2\nsubgraphs:\n  one: {}',
    'NOT_A_SUPERGRAPH',
    'This looks like a list of subgraphs (supergraph.yaml): name it under `compose`, or compose it with `gatehouse compose`',
    {},
  ],
])('A text that is no supergraph is refused: %.60j', async (text, code, message, place) => {
  const input = { sdl: text, file, options: planOptions.parse({}).planning, observer };
  await expect(startPlanner(input, new AbortController().signal)).rejects.toMatchObject({
    failure: 'supergraph',
    problems: [{ code, message, file, ...place }],
  });
});
