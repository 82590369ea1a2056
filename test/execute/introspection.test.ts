import { describe, expect, test } from '@jest/globals';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { federateReused } from '../harness/reused-federation.ts';

const start = () =>
  federateReused({
    subgraphs: {
      catalog: {
        sdl: `type Query { product(id: ID! = "1"): Product secret: Int @inaccessible } "A thing"
          type Product @key(fields: "id") { id: ID! name: String }`,
        resolvers: { Query: { product: () => ({ id: '1', name: 'Table' }) } },
      },
    },
  });

describe('Introspection', () => {
  test('shows what clients may ask, and asks no subgraph', async () => {
    await using federation = await start();
    const reply = await federation.send(getIntrospectionQuery());
    const { data } = reply.body as { data: IntrospectionQuery };
    const schema = buildClientSchema(data);
    expect(
      Object.keys(schema.getTypeMap())
        .filter((name) => !name.startsWith('__'))
        .sort(),
    ).toEqual(['Boolean', 'ID', 'Product', 'Query', 'String']);
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['product']);
    expect(federation.subgraphs['catalog']?.requests).toEqual([]);
  });

  test('stands beside data, in fragments and with variables, in the order of the selection', async () => {
    await using federation = await start();
    const reply = await federation.send(
      `query ($name: String!, $yes: Boolean!) { before: __typename ...Schema product { name } ... on Query @include(if: $yes) {
          type: __type(name: $name) { ...Type } none: __type(name: "None") { name } }
          __schema @skip(if: $yes) { types { name } } }
        fragment Schema on Query { __schema { queryType { ...Type } } }
        fragment Type on __Type { name description kind }`,
      { name: 'Product', yes: true },
    );
    expect(JSON.stringify(reply.body)).toBe(
      JSON.stringify({
        data: {
          before: 'Query',
          __schema: { queryType: { name: 'Query', description: null, kind: 'OBJECT' } },
          product: { name: 'Table' },
          type: { name: 'Product', description: 'A thing', kind: 'OBJECT' },
          none: null,
        },
      }),
    );
    expect(federation.subgraphs['catalog']?.requests.map(({ query }) => query)).toEqual([
      '{product{name}}',
    ]);
  });

  test('takes aliases that are names of fields of the schema', async () => {
    await using federation = await start();
    const reply = await federation.send(`{ product: __type(name: "Product") {
      id: name name: kind fields { id: name product: __typename args { name } } } }`);
    expect(reply.body).toEqual({
      data: {
        product: {
          id: 'Product',
          name: 'OBJECT',
          fields: [
            { id: 'id', product: '__Field', args: [] },
            { id: 'name', product: '__Field', args: [] },
          ],
        },
      },
    });
  });
});

describe('__typename', () => {
  test('of the root alone makes no request', async () => {
    await using federation = await start();
    const reply = await federation.send('{ __typename again: __typename }');
    expect(reply.body).toEqual({ data: { __typename: 'Query', again: 'Query' } });
    expect(federation.subgraphs['catalog']?.requests).toEqual([]);
  });

  test('at every level and under every alias', async () => {
    await using federation = await start();
    const reply = await federation.send(
      '{ id: __typename product { __typename id: __typename name: __typename x: id } }',
    );
    expect(JSON.stringify(reply.body)).toBe(
      '{"data":{"id":"Query","product":{"__typename":"Product","id":"Product","name":"Product","x":"1"}}}',
    );
  });
});
