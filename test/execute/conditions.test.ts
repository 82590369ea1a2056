import { describe, expect, test } from '@jest/globals';
import { federateReused } from '../harness/reused-federation.ts';

const start = () =>
  federateReused({
    subgraphs: {
      catalog: {
        sdl: `type Query { product: Product name: String } type Product @key(fields: "id") { id: ID! name: String }
          type Mutation { first: Int second: Int! }`,
        resolvers: {
          Query: { product: () => ({ id: '1', name: 'Table' }), name: () => 'Shop' },
          Mutation: { first: () => 1, second: () => 2 },
        },
      },
      stock: {
        sdl: `type Query { total: Int } type Product @key(fields: "id") { id: ID! left: Int place: Place } type Place { row: Int shelf: Int }`,
        resolvers: {
          Query: { total: () => 9 },
          Product: { __resolveReference: () => ({ left: 4, place: { row: 1, shelf: 2 } }) },
        },
      },
    },
  });

const cases: [string, object, object, { catalog: number; stock: number }][] = [
  [
    '{ product { name left @skip(if: true) } }',
    {},
    { product: { name: 'Table' } },
    { catalog: 1, stock: 0 },
  ],
  [
    '{ product { name left @include(if: false) } }',
    {},
    { product: { name: 'Table' } },
    { catalog: 1, stock: 0 },
  ],
  [
    '{ product { left @include(if: true) } }',
    {},
    { product: { left: 4 } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean!) { product { name left @skip(if: $a) } }',
    { a: true },
    { product: { name: 'Table' } },
    { catalog: 1, stock: 0 },
  ],
  [
    'query ($a: Boolean!) { product { name left @skip(if: $a) } }',
    { a: false },
    { product: { name: 'Table', left: 4 } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean!) { product { name ... @include(if: $a) { left place { row } } } }',
    { a: false },
    { product: { name: 'Table' } },
    { catalog: 1, stock: 0 },
  ],
  [
    'query ($a: Boolean!) { product { ...F @include(if: $a) name } } fragment F on Product { left }',
    { a: true },
    { product: { left: 4, name: 'Table' } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean!) { product { ...F @include(if: $a) ...F } } fragment F on Product { left }',
    { a: false },
    { product: { left: 4 } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean!) { product @skip(if: $a) { left } total }',
    { a: true },
    { total: 9 },
    { catalog: 0, stock: 1 },
  ],
  [
    'query ($a: Boolean!) { product @skip(if: $a) { left } total @include(if: $a) }',
    { a: false },
    { product: { left: 4 } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { product { name left @skip(if: $a) @include(if: $b) } }',
    { a: false, b: true },
    { product: { name: 'Table', left: 4 } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { product { name left @skip(if: $a) @include(if: $b) } }',
    { a: true, b: true },
    { product: { name: 'Table' } },
    { catalog: 1, stock: 0 },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { product { name left @skip(if: $a) @include(if: $b) } }',
    { a: false, b: false },
    { product: { name: 'Table' } },
    { catalog: 1, stock: 0 },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { product { left @include(if: $a) left @include(if: $b) } }',
    { a: false, b: true },
    { product: { left: 4 } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { product { left @include(if: $a) left @include(if: $b) name } }',
    { a: false, b: false },
    { product: { name: 'Table' } },
    { catalog: 1, stock: 0 },
  ],
  [
    'query ($a: Boolean!) { product { place @include(if: $a) { row } place { shelf } } }',
    { a: false },
    { product: { place: { shelf: 2 } } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean!) { product { place @include(if: $a) { row } place { shelf } } }',
    { a: true },
    { product: { place: { row: 1, shelf: 2 } } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean = false) { name @include(if: $a) total @skip(if: $a) }',
    {},
    { total: 9 },
    { catalog: 0, stock: 1 },
  ],
  ['query ($a: Boolean!) { name @include(if: $a) }', { a: false }, {}, { catalog: 0, stock: 0 }],
  [
    'query ($a: Boolean!) { product { id @include(if: $a) left } }',
    { a: false },
    { product: { left: 4 } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean!) { product { id: name @include(if: $a) name: left @skip(if: $a) } }',
    { a: false },
    { product: { name: 4 } },
    { catalog: 1, stock: 1 },
  ],
  [
    'query ($a: Boolean!) { ... @include(if: $a) { __typename name } ... on Query @skip(if: $a) { total } }',
    { a: true },
    { __typename: 'Query', name: 'Shop' },
    { catalog: 1, stock: 0 },
  ],
  [
    'query ($representations: Boolean!) { name @include(if: $representations) total @skip(if: $representations) }',
    { representations: true },
    { name: 'Shop' },
    { catalog: 1, stock: 0 },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { product @skip(if: $a) { name } name @skip(if: $b) total }',
    { a: true, b: true },
    { total: 9 },
    { catalog: 0, stock: 1 },
  ],
  [
    'mutation ($a: Boolean!) { second @skip(if: $a) first }',
    { a: true },
    { first: 1 },
    { catalog: 1, stock: 0 },
  ],
  [
    'query ($a: Boolean!, $b: Boolean!) { product @skip(if: $b) { name @include(if: $a) place @skip(if: $b) { row @include(if: $a) } } }',
    { a: false, b: false },
    { product: { place: {} } },
    { catalog: 1, stock: 1 },
  ],
];

describe('@skip and @include', () => {
  test.each(cases)('%s with %j', async (query, variables, data, requests) => {
    await using federation = await start();
    const reply = await federation.send(query, variables as Record<string, unknown>);
    expect(JSON.stringify(reply.body)).toBe(JSON.stringify({ data }));
    const { catalog, stock } = federation.subgraphs;
    expect({
      catalog: catalog?.requests.length,
      stock: stock?.requests.length,
    }).toEqual(requests);
  });

  test('a null for a condition is the fault of the client', async () => {
    await using federation = await start();
    const query = 'query ($a: Boolean = true) { product { name } total @skip(if: $a) }';
    const reply = await federation.send(query, { a: null });
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Variable "$a" is null, but @skip and @include need true or false',
          locations: [{ line: 1, column: 8 }],
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    expect(reply.status).toBe(400);
  });

  test('what is written out to be left out is not asked for, however deep the condition stands', async () => {
    await using federation = await start();
    const query = `query ($no: Boolean!) { product { ...Outer @skip(if: $no) left } }
      fragment Outer on Product { id ...Inner }
      fragment Inner on Product { name @include(if: false) place @skip(if: true) { row } }`;
    const reply = await federation.send(query, { no: false });
    expect(reply.body).toEqual({ data: { product: { id: '1', left: 4 } } });
    const asked = Object.values(federation.subgraphs).flatMap(({ requests }) => requests);
    expect(asked.map(({ query: text }) => /\bname\b|place/.test(text))).toEqual([false, false]);
  });

  test('a directive that the schema does not have is refused', async () => {
    await using federation = await start();
    const reply = await federation.send('{ name @uppercase }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Unknown directive "@uppercase".',
          locations: [{ line: 1, column: 8 }],
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ],
    });
  });
});

test('what is left out is not fetched where the planner forgets its condition', async () => {
  await using federation = await federateReused({
    subgraphs: {
      events: {
        sdl: `type Query { event: Event } type Event @key(fields: "id") { id: ID! }
          interface Keyed @key(fields: "id") { id: ID! }
          type Crew implements Keyed @key(fields: "id") { id: ID! }`,
        resolvers: {
          Query: { event: () => ({ id: '1' }) },
          Keyed: { __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Crew', id }) },
        },
      },
      sizes: {
        sdl: `type Event @key(fields: "id") { id: ID! size: [Keyed!] }
          type Keyed @key(fields: "id") @interfaceObject { id: ID! added: ID }`,
        resolvers: {
          Event: { size: () => [{ id: '2' }] },
          Keyed: {
            added: () => {
              throw new Error('Not to be asked');
            },
          },
        },
      },
    },
  });
  const query = `query ($wanted: Boolean!) { event { size {
    ... on Keyed @include(if: $wanted) { ... on Crew { added } } __typename
  } } }`;
  const reply = await federation.send(query, { wanted: false });
  expect(reply.body).toEqual({ data: { event: { size: [{ __typename: 'Crew' }] } } });
  const asked = federation.subgraphs['sizes']?.requests.map((request) => request.query) ?? [];
  expect(asked.filter((text) => text.includes('added'))).toEqual([]);
  const wanted = await federation.send(query, { wanted: true });
  expect(wanted.body).toMatchObject({
    errors: [{ path: ['event', 'size', 0, 'added'] }],
    data: { event: { size: [{ added: null, __typename: 'Crew' }] } },
  });
});

test('what is left out takes nothing along of a fetch that the planner asks both of', async () => {
  await using federation = await federateReused({
    subgraphs: {
      a: {
        sdl: `type Event @key(fields: "id") { id: ID! size: Int @shareable parts: Int }`,
        resolvers: { Event: { __resolveReference: () => ({ size: 2, parts: 3 }) } },
      },
      b: {
        sdl: `type Query { event: Event! }
          type Event @key(fields: "id") { id: ID! size: Int @external parts: Int @external
            marks: [Int] @requires(fields: "size") state: Int! @requires(fields: "parts") }`,
        resolvers: {
          Query: { event: () => ({ id: '1' }) },
          Event: {
            __resolveReference: (event: object) => event,
            marks: ({ size }: { size: number }) => [size],
            state: ({ parts }: { parts: number }) => parts,
          },
        },
      },
    },
  });
  const query = 'query ($a: Boolean!) { event { marks ... @include(if: $a) { state } } }';
  const left = await federation.send(query, { a: false });
  expect(left.body).toEqual({ data: { event: { marks: [2] } } });
  const whole = await federation.send(query, { a: true });
  expect(whole.body).toEqual({ data: { event: { marks: [2], state: 3 } } });
});

test('a type that clients leave out is known all the same', async () => {
  const item = { __typename: 'Film', id: '7', label: 'Reel' };
  await using federation = await federateReused({
    subgraphs: {
      a: {
        sdl: 'type Query { shelf: Shelf } type Shelf @key(fields: "id") { id: ID! }',
        resolvers: { Query: { shelf: () => ({ id: '1' }) } },
      },
      b: {
        sdl: `type Shelf @key(fields: "id") { id: ID! item: Item } union Item = Film | Book
          type Film { id: ID! label: String } type Book { id: ID! }`,
        resolvers: { Shelf: { __resolveReference: () => ({ item }) } },
      },
    },
  });
  const query = `query ($a: Boolean!) { shelf { item {
    ... @include(if: $a) { __typename } ... on Film { label }
  } } }`;
  const left = await federation.send(query, { a: false });
  expect(left.body).toEqual({ data: { shelf: { item: { label: 'Reel' } } } });
  const whole = await federation.send(query, { a: true });
  expect(whole.body).toEqual({ data: { shelf: { item: { __typename: 'Film', label: 'Reel' } } } });
});
