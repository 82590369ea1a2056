import { expect, test } from '@jest/globals';
import { federateReused } from '../harness/reused-federation.ts';
import { unlimited } from '../harness/unlimited.ts';

const subgraphs = {
  shop: {
    sdl: 'type Query { open: Boolean closed: Boolean self: Query }',
    resolvers: {
      Query: {
        open: () => true,
        closed: () => {
          throw new Error('nobody knows');
        },
      },
    },
  },
};

const config = { graphql: { limits: unlimited } };

/** Thirty fragments, each of which spreads the next one twice: written out, a thousand million. */
function doubled(leaf: string): string {
  const fragments = Array.from({ length: 30 }, (_, index) => {
    const next = index === 29 ? leaf : `...F${index + 1} ...F${index + 1}`;
    return `fragment F${index} on Query { ${next} }`;
  });
  return `{ ...F0 } ${fragments.join(' ')}`;
}

const nobodyKnows = {
  message: 'Subgraph error',
  path: ['closed'],
  extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'shop' },
};

test.each([
  ['__typename', { data: { __typename: 'Query' } }],
  ['open', { data: { open: true } }],
  ['closed', { data: { closed: null }, errors: [nobodyKnows] }],
  ['__schema { queryType { name } }', { data: { __schema: { queryType: { name: 'Query' } } } }],
])('fragments that multiply are gone through once: %s', async (leaf, answer) => {
  await using federation = await federateReused({ subgraphs, config });
  const { status, body } = await federation.send(doubled(leaf));
  expect({ status, body }).toEqual({ status: 200, body: answer });
});

test('an operation that expands to more than can be planned is the fault of the client', async () => {
  await using federation = await federateReused({ subgraphs, config });
  const fragments = Array.from({ length: 30 }, (_, index) => {
    const next =
      index === 29 ? 'open' : `a: self { ...F${index + 1} } b: self { ...F${index + 1} }`;
    return `fragment F${index} on Query { ${next} }`;
  });
  const { status, body } = await federation.send(`{ ...F0 } ${fragments.join(' ')}`);
  const message = 'The operation selects more than can be planned';
  expect({ status, body }).toEqual({
    status: 400,
    body: { errors: [{ message, extensions: { code: 'QUERY_PLAN_TOO_LARGE' } }] },
  });
});
