import { describe, expect, test } from '@jest/globals';
import { federateReused } from '../harness/reused-federation.ts';

const ok = (data: unknown) => ({ data });

describe('Entities are found by their keys', () => {
  test('a single key leads to the subgraph that knows the rest', async () => {
    await using federation = await federateReused({
      subgraphs: {
        catalog: {
          sdl: `type Query { product: Product } type Product @key(fields: "id") { id: ID! name: String }`,
          resolvers: { Query: { product: () => ({ id: '1', name: 'Table' }) } },
        },
        stock: {
          sdl: `type Product @key(fields: "id") { id: ID! left: Int }`,
          resolvers: {
            Product: { __resolveReference: ({ id }: { id: string }) => ({ left: +id }) },
          },
        },
      },
    });
    const reply = await federation.send('{ product { name left } }');
    expect(reply.body).toEqual(ok({ product: { name: 'Table', left: 1 } }));
    const [asked] = federation.subgraphs['stock']?.requests ?? [];
    expect(asked?.variables).toEqual({ representations: [{ __typename: 'Product', id: '1' }] });
  });

  test('a composite key with a nested object travels whole', async () => {
    const key = 'sku brand { name country { code } }';
    const stub = `@key(fields: "${key}") { sku: ID! brand: Brand!`;
    const brand = `type Brand @shareable { name: String! country: Country! }
      type Country @shareable { code: ID! }`;
    const product = { sku: 'a', brand: { name: 'Oak', country: { code: 'SE' } } };
    await using federation = await federateReused({
      subgraphs: {
        catalog: {
          sdl: `type Query { products: [Product!]! } type Product ${stub} } ${brand}`,
          resolvers: { Query: { products: () => [product] } },
        },
        stock: {
          sdl: `type Product ${stub} left: String } ${brand}`,
          resolvers: {
            Product: {
              __resolveReference: (product: typeof product1) => product,
              left: (product: typeof product1) => product.brand.country.code,
            },
          },
        },
      },
    });
    const reply = await federation.send('{ products { left brand { name } } }');
    expect(reply.body).toEqual(ok({ products: [{ left: 'SE', brand: { name: 'Oak' } }] }));
    const [asked] = federation.subgraphs['stock']?.requests ?? [];
    expect(asked?.variables).toEqual({
      representations: [{ __typename: 'Product', ...product }],
    });
  });

  test('of several keys the way through a third subgraph is found', async () => {
    await using federation = await federateReused({
      subgraphs: {
        catalog: {
          sdl: `type Query { product: Product } type Product @key(fields: "upc") { upc: ID! }`,
          resolvers: { Query: { product: () => ({ upc: 'u1' }) } },
        },
        index: {
          sdl: `type Product @key(fields: "upc") @key(fields: "id") { upc: ID! id: ID! }`,
          resolvers: {
            Product: {
              __resolveReference: ({ upc }: { upc: string }) => ({ upc, id: `id-of-${upc}` }),
            },
          },
        },
        stock: {
          sdl: `type Product @key(fields: "id") { id: ID! left: String }`,
          resolvers: {
            Product: { __resolveReference: ({ id }: { id: string }) => ({ left: id }) },
          },
        },
      },
    });
    const reply = await federation.send('{ product { left } }');
    expect(reply.body).toEqual(ok({ product: { left: 'id-of-u1' } }));
    expect(federation.subgraphs['index']?.requests).toHaveLength(1);
  });

  test('a key that is a list of entities is read in full', async () => {
    const key = '@key(fields: "parts { id }") { parts: [Part!]!';
    const part = 'type Part @key(fields: "id") { id: ID! }';
    await using federation = await federateReused({
      subgraphs: {
        catalog: {
          sdl: `type Query { kit: Kit } type Kit ${key} } ${part}`,
          resolvers: { Query: { kit: () => ({ parts: [{ id: 'a' }, { id: 'b' }] }) } },
        },
        stock: {
          sdl: `type Kit ${key} count: Int } ${part}`,
          resolvers: {
            Kit: {
              __resolveReference: (kit: object) => kit,
              count: ({ parts }: { parts: object[] }) => parts.length,
            },
          },
        },
      },
    });
    const reply = await federation.send('{ kit { count } }');
    expect(reply.body).toEqual(ok({ kit: { count: 2 } }));
  });

  test('a stub with resolvable: false only points: nothing is asked of its subgraph', async () => {
    await using federation = await federateReused({
      subgraphs: {
        orders: {
          sdl: `type Query { order: Order } type Order @key(fields: "id") { id: ID! product: Product }
            type Product @key(fields: "id", resolvable: false) { id: ID! }`,
          resolvers: { Query: { order: () => ({ id: '7', product: { id: '1' } }) } },
        },
        catalog: {
          sdl: `type Product @key(fields: "id") { id: ID! name: String } type Query { product: Product }`,
          resolvers: {
            Query: { product: () => ({ id: '1', name: 'Table' }) },
            Product: { __resolveReference: () => ({ name: 'Table' }) },
          },
        },
      },
    });
    const asked = await federation.send('{ order { product { id name } } product { id } }');
    expect(asked.body).toEqual(
      ok({ order: { product: { id: '1', name: 'Table' } }, product: { id: '1' } }),
    );
    expect(federation.subgraphs['orders']?.requests.map(({ query }) => query)).toEqual([
      '{order{product{__typename id}}}',
    ]);
    expect(federation.subgraphs['catalog']?.requests).toHaveLength(2);
  });
});

const product1 = { sku: '', brand: { name: '', country: { code: '' } } };
