import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

const start = () =>
  federateReused({
    config: exposed,
    subgraphs: {
      catalog: {
        sdl: `type Query { product: Product products: [Product] }
          type Product @key(fields: "id") { id: ID! name: String size: Size similar: [Product] }
          type Size { width: Int depth: Int }`,
        resolvers: {
          Query: {
            product: () => ({ id: '1', name: 'Table', size: { width: 2, depth: 3 } }),
            products: () => [
              { id: '1', name: 'Table', similar: [{ id: '2', name: 'Desk' }] },
              { id: '2', name: 'Desk', similar: [] },
            ],
          },
        },
      },
      stock: {
        sdl: `type Product @key(fields: "id") { id: ID! left: Int fails(why: String): String }`,
        resolvers: {
          Product: {
            __resolveReference: (product: object) => product,
            left: ({ id }: { id: string }) => Number(id) * 10,
            fails({ id }: { id: string }, { why }: { why: string }) {
              if (id === '2') throw new Error(why);
              return 'fine';
            },
          },
        },
      },
    },
  });

describe('Aliases', () => {
  test('may be the name of a key that the plan needs besides', async () => {
    await using federation = await start();
    const reply = await federation.send('{ product { id: name left } }');
    expect(reply.body).toEqual({ data: { product: { id: 'Table', left: 10 } } });
    expect(federation.subgraphs['stock']?.requests[0]?.variables).toEqual({
      representations: [{ __typename: 'Product', id: '1' }],
    });
  });

  test('may swap the names of two fields, at every depth', async () => {
    await using federation = await start();
    const reply = await federation.send(
      '{ product: products { name: id id: name similar { left: name name: left id } } }',
    );
    expect(reply.body).toEqual({
      data: {
        product: [
          { name: '1', id: 'Table', similar: [{ left: 'Desk', name: 20, id: '2' }] },
          { name: '2', id: 'Desk', similar: [] },
        ],
      },
    });
  });

  test('may be the name that another would be given', async () => {
    await using federation = await start();
    const reply = await federation.send('{ product { id: name id_client: left } }');
    expect(reply.body).toEqual({ data: { product: { id: 'Table', id_client: 10 } } });
  });

  test('stand in the paths of errors, in nested places too', async () => {
    await using federation = await start();
    const reply = await federation.send(
      `{ product: products { id: fails(why: "a") similar { name: fails(why: "b") } } }`,
    );
    const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'stock' };
    const { errors, data } = reply.body as { errors: { message: string }[]; data: unknown };
    expect(errors.toSorted((a, b) => a.message.localeCompare(b.message))).toEqual([
      { message: 'a', path: ['product', 1, 'id'], extensions },
      { message: 'b', path: ['product', 0, 'similar', 0, 'name'], extensions },
    ]);
    expect(data).toEqual({
      product: [
        { id: 'fine', similar: [{ name: null }] },
        { id: null, similar: [] },
      ],
    });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'])(
    '%s is a key like any other',
    async (alias) => {
      await using federation = await start();
      const reply = await federation.send(
        `{ ${alias}: product { ${alias}: name x: left nested: size { ${alias}: width } } }`,
      );
      const text = JSON.stringify(reply.body);
      expect(text).toBe(
        `{"data":{"${alias}":{"${alias}":"Table","x":10,"nested":{"${alias}":2}}}}`,
      );
      const entity = await federation.send(`{ product { ${alias}: left ${alias}2: fails } }`);
      expect(JSON.stringify(entity.body)).toBe(
        `{"data":{"product":{"${alias}":10,"${alias}2":"fine"}}}`,
      );
    },
  );

  test('several of one field are several values', async () => {
    await using federation = await start();
    const reply = await federation.send(
      '{ a: product { left one: left two: left } b: product { name } product { id } }',
    );
    expect(JSON.stringify(reply.body)).toBe(
      '{"data":{"a":{"left":10,"one":10,"two":10},"b":{"name":"Table"},"product":{"id":"1"}}}',
    );
  });

  test('the keys of an answer come in the order of the selection', async () => {
    await using federation = await start();
    const reply = await federation.send(
      '{ product { left __typename size { depth width } ...N fails id } } fragment N on Product { name left }',
    );
    expect(JSON.stringify(reply.body)).toBe(
      '{"data":{"product":{"left":10,"__typename":"Product","size":{"depth":3,"width":2},' +
        '"name":"Table","fails":"fine","id":"1"}}}',
    );
  });

  test('a named fragment that is spread often is one more way to select', async () => {
    await using federation = await start();
    const reply = await federation.send(`{ product { ...P } products { ...P similar { ...P } } }
      fragment P on Product { id size { ...S } left other: size { ...S } } fragment S on Size { width depth }`);
    const table = { id: '1', left: 10 };
    const size = { width: 2, depth: 3 };
    expect(reply.body).toEqual({
      data: {
        product: { ...table, size, other: size },
        products: [
          {
            ...table,
            size: null,
            other: null,
            similar: [{ id: '2', size: null, left: 20, other: null }],
          },
          { id: '2', size: null, left: 20, other: null, similar: [] },
        ],
      },
    });
  });
});
