import { describe, expect, test } from '@jest/globals';
import { send } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

const start = () =>
  federateReused({
    subgraphs: {
      catalog: {
        sdl: `type Query { product(id: ID, tags: [String] = ["x"]): Product other(by: By): String } input By { id: ID = "9" n: Int }
          type Product @key(fields: "id") { id: ID! }`,
        resolvers: {
          Query: {
            product: (_: never, { id }: { id: string }) => ({ id: id ?? 'none' }),
            other: (_: never, args: object) => JSON.stringify(args),
          },
        },
      },
      stock: {
        sdl: `type Product @key(fields: "id") { id: ID! left(at: String, n: Int): String }`,
        resolvers: {
          Product: {
            __resolveReference: (product: object) => product,
            left: ({ id }: { id: string }, args: object) => `${id} ${JSON.stringify(args)}`,
          },
        },
      },
    },
  });

describe('Variables', () => {
  test.each([
    [{}, { data: { product: { left: 'd {}' } } }, { id: 'd' }],
    [{ id: null }, { data: { product: { left: 'none {}' } } }, { id: null }],
    [{ id: 'g' }, { data: { product: { left: 'g {}' } } }, { id: 'g' }],
    [{ id: 7 }, { data: { product: { left: '7 {}' } } }, { id: '7' }],
  ])('with a default, given %j', async (variables, body, sent) => {
    await using federation = await start();
    const reply = await federation.send(
      'query ($id: ID = "d", $at: String) { product(id: $id) { left(at: $at) } }',
      variables,
    );
    expect(reply.body).toEqual(body);
    const { catalog, stock } = federation.subgraphs;
    expect(catalog?.requests[0]?.variables).toEqual(sent);
    expect(stock?.requests[0]?.variables).toEqual({
      representations: [{ __typename: 'Product', id: sent.id ?? 'none' }],
    });
  });

  test('are sent only to the subgraphs that use them', async () => {
    await using federation = await start();
    const reply = await federation.send(
      'query ($id: ID, $at: String, $n: Int) { product(id: $id) { left(at: $at, n: $n) } }',
      { id: '1', at: 'here', n: null, more: 1 },
    );
    expect(reply.body).toEqual({ data: { product: { left: '1 {"at":"here","n":null}' } } });
    const { catalog, stock } = federation.subgraphs;
    expect(catalog?.requests[0]?.variables).toEqual({ id: '1' });
    expect(stock?.requests[0]?.variables).toEqual({
      at: 'here',
      n: null,
      representations: [{ __typename: 'Product', id: '1' }],
    });
  });

  test.each([
    'representations',
    'representations_0',
    'contextualArgument_1_0',
    'constructor',
    'id',
  ])('may be called %s', async (name) => {
    await using federation = await start();
    const query = `query ($${name}: String, $id_: ID = "1") {
        a: product(id: $id_) { left(at: $${name}) }
        b: product(id: "2") { left(at: $${name}, n: 2) } }`;
    const reply = await federation.send(query, { [name]: 'there' });
    expect(reply.body).toEqual({
      data: {
        a: { left: '1 {"at":"there"}' },
        b: { left: '2 {"at":"there","n":2}' },
      },
    });
    const absent = await federation.send(query, {});
    expect(absent.body).toEqual({ data: { a: { left: '1 {}' }, b: { left: '2 {"n":2}' } } });
  });

  test('may stand inside of inputs and lists', async () => {
    await using federation = await start();
    const reply = await federation.send(
      `query ($n: Int, $tag: String, $by: By) { a: other(by: { n: $n }) b: other(by: $by) product(tags: ["a", $tag]) { id } }`,
      { n: 3, tag: 'b', by: { id: null } },
    );
    expect(reply.body).toEqual({
      data: {
        a: '{"by":{"id":"9","n":3}}',
        b: '{"by":{"id":null}}',
        product: { id: 'none' },
      },
    });
  });

  test('of the operation that was chosen: others and their fragments do not matter', async () => {
    await using federation = await start();
    const query = `query A($id: ID) { product(id: $id) { ...F } } fragment F on Product { id }
      query B($at: String!, $id: ID!) { product(id: $id) { ...G } } fragment G on Product { left(at: $at) }`;
    const a = await send(federation.gateway.url, {
      query,
      operationName: 'A',
      variables: { id: 'a' },
    });
    expect(a.body).toEqual({ data: { product: { id: 'a' } } });
    const b = await send(federation.gateway.url, {
      query,
      operationName: 'B',
      variables: { id: 'b', at: 'x' },
    });
    expect(b.body).toEqual({ data: { product: { left: 'b {"at":"x"}' } } });
    const again = await send(federation.gateway.url, { query, operationName: 'A' });
    expect(again.body).toEqual({ data: { product: { id: 'none' } } });
  });
});
