import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

const shipping = (requires: string, external: string, cost: (product: never) => unknown) => ({
  sdl: `type Product @key(fields: "id") { id: ID! ${external}
    cost: Int @requires(fields: "${requires}") }`,
  resolvers: { Product: { __resolveReference: (product: object) => product, cost } },
});

describe('@requires hands over what a field is computed from', () => {
  test('a field of another subgraph, though the client did not ask for it', async () => {
    await using federation = await federateReused({
      subgraphs: {
        catalog: {
          sdl: `type Query { products: [Product] } type Product @key(fields: "id") { id: ID! weight: Int }`,
          resolvers: {
            Query: {
              products: () => [
                { id: '1', weight: 3 },
                { id: '2', weight: null },
              ],
            },
          },
        },
        shipping: shipping('weight', 'weight: Int @external', ({ weight }: { weight: number }) =>
          weight === null ? null : weight * 10,
        ),
      },
    });
    const reply = await federation.send('{ products { cost } }');
    expect(reply.body).toEqual({ data: { products: [{ cost: 30 }, { cost: null }] } });
    expect(federation.subgraphs['shipping']?.requests[0]?.variables).toEqual({
      representations: [
        { __typename: 'Product', weight: 3, id: '1' },
        { __typename: 'Product', weight: null, id: '2' },
      ],
    });
  });

  test('a nested object and a list, nulls in them included', async () => {
    const types = (external: string) => `
      type Size @shareable { width: Int depth: Int } type Box { count: Int ${external} }`;
    await using federation = await federateReused({
      subgraphs: {
        catalog: {
          sdl: `type Query { product: Product }
            type Product @key(fields: "id") { id: ID! size: Size boxes: [Box] } ${types('')}`,
          resolvers: {
            Query: {
              product: () => ({
                id: '1',
                size: { width: 2, depth: 3 },
                boxes: [{ count: 4 }, null, { count: 5 }],
              }),
            },
          },
        },
        shipping: shipping(
          'size { width depth } boxes { count }',
          `size: Size @external boxes: [Box] @external } ${types('@external')}
           extend type Product {`,
          (product: {
            size: { width: number; depth: number };
            boxes: ({ count: number } | null)[];
          }) =>
            product.boxes.reduce((sum, box) => sum + (box?.count ?? 100), 0) +
            product.size.width * product.size.depth,
        ),
      },
    });
    const reply = await federation.send('{ product { cost size { width } } }');
    expect(reply.body).toEqual({ data: { product: { cost: 115, size: { width: 2 } } } });
  });

  test('a chain over three subgraphs runs in order and comes back to the first', async () => {
    const product = { __resolveReference: (product: object) => product };
    await using federation = await federateReused({
      subgraphs: {
        a: {
          sdl: `type Query { product: Product } type Product @key(fields: "id") { id: ID! one: Int
            three: Int @external four: Int @requires(fields: "three") }`,
          resolvers: {
            Query: { product: () => ({ id: '1', one: 1 }) },
            Product: { ...product, four: ({ three }: { three: number }) => three && three + 1 },
          },
        },
        b: {
          sdl: `type Product @key(fields: "id") { id: ID! one: Int @external
            two: Int @requires(fields: "one") }`,
          resolvers: { Product: { ...product, two: ({ one }: { one: number }) => one + 1 } },
        },
        c: {
          sdl: `type Product @key(fields: "id") { id: ID! two: Int @external
            three: Int @requires(fields: "two") }`,
          resolvers: { Product: { ...product, three: ({ two }: { two: number }) => two + 1 } },
        },
      },
    });
    const reply = await federation.send('{ product { four } }');
    expect(reply.body).toEqual({ data: { product: { four: 4 } } });
    expect(federation.subgraphs['a']?.requests).toHaveLength(2);
  });

  test('an error on what is required ends where the client can see it', async () => {
    await using federation = await federateReused({
      config: exposed,
      subgraphs: {
        catalog: {
          sdl: `type Query { products: [Product] } type Product @key(fields: "id") { id: ID! weight: Int! }`,
          resolvers: {
            Query: { products: () => [{ id: '1', weight: 3 }, { id: '2' }] },
            Product: {
              weight({ weight }: { weight?: number }) {
                if (weight === undefined) throw new Error('No scales');
                return weight;
              },
            },
          },
        },
        shipping: shipping(
          'weight',
          'weight: Int! @external',
          ({ weight }: { weight: number }) => weight,
        ),
      },
    });
    const reply = await federation.send('{ all: products { cost } }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'No scales',
          path: ['all', 1],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'catalog' },
        },
      ],
      data: { all: [{ cost: 3 }, null] },
    });
  });

  test('a field is lost for the reason for which its requirement was', async () => {
    await using federation = await federateReused({
      config: exposed,
      subgraphs: {
        catalog: {
          sdl: `type Query { product: Product } type Product @key(fields: "id") { id: ID! }`,
          resolvers: { Query: { product: () => ({ id: '1' }) } },
        },
        scales: {
          sdl: `type Product @key(fields: "id") { id: ID! weight: Int size: Size } type Size { depth: Int }`,
          answer: () => ({ data: null, errors: [{ message: 'Out of order' }] }),
        },
        shipping: shipping(
          'size { depth }',
          'size: Size @external } type Size { depth: Int @external } extend type Product {',
          () => 1,
        ),
      },
    });
    const reply = await federation.send('{ product { id cost } }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Out of order',
          path: ['product', 'cost'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'scales' },
        },
      ],
      data: { product: { id: '1', cost: null } },
    });
    expect(federation.subgraphs['shipping']?.requests).toEqual([]);
  });
});

test('a field that is skipped, and what it requires, do not cost the rest of the entity', async () => {
  await using federation = await federateReused({
    subgraphs: {
      labels: {
        sdl: `type Query { event: Event }
              type Event @key(fields: "id") { id: ID! label: String }`,
        resolvers: {
          Query: { event: () => ({ id: '1' }) },
          Event: { label: () => 'first' },
        },
      },
      rooms: {
        sdl: `type Event @key(fields: "id") {
                id: ID!
                label: String @external
                links: [String!] @requires(fields: "label")
                room: String
              }`,
        resolvers: {
          Event: {
            __resolveReference: (reference: object) => reference,
            links: ({ label }: { label: string }) => [label],
            room: () => 'blue',
          },
        },
      },
    },
  });
  const query = 'query ($skip: Boolean!) { event { room links @skip(if: $skip) } }';
  const skipped = await federation.send(query, { skip: true });
  expect(skipped.body).toEqual({ data: { event: { room: 'blue' } } });
  const asked = await federation.send(query, { skip: false });
  expect(asked.body).toEqual({ data: { event: { room: 'blue', links: ['first'] } } });
  const literal = await federation.send('{ event { room links @skip(if: true) } }');
  expect(literal.body).toEqual({ data: { event: { room: 'blue' } } });
});
