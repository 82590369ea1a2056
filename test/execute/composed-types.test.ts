import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

describe('Types that several subgraphs make up together', () => {
  test('a union has members that one of its subgraphs does not know', async () => {
    const book = 'type Book @key(fields: "id") { id: ID!';
    await using federation = await federateReused({
      subgraphs: {
        search: {
          sdl: `type Query { found: [Found] } union Found = Book | Page ${book} } type Page { url: String }`,
          resolvers: {
            Query: {
              found: () => [
                { __typename: 'Book', id: '1' },
                { __typename: 'Page', url: '/a' },
              ],
            },
          },
        },
        catalog: {
          sdl: `type Query { featured: [Found] } union Found = Book | Film ${book} title: String }
            type Film { title: String minutes: Int }`,
          resolvers: {
            Query: {
              featured: () => [
                { __typename: 'Film', title: 'Alien', minutes: 117 },
                { __typename: 'Book', id: '1', title: 'Emma' },
              ],
            },
            Book: { __resolveReference: () => ({ title: 'Emma' }) },
          },
        },
      },
    });
    const reply = await federation.send(`{ found { ...All } featured { ...All __typename } }
      fragment All on Found {
        ... on Page { url } ... on Book { title } ... on Film { minutes title } }`);
    expect(reply.body).toEqual({
      data: {
        found: [{ title: 'Emma' }, { url: '/a' }],
        featured: [
          { minutes: 117, title: 'Alien', __typename: 'Film' },
          { title: 'Emma', __typename: 'Book' },
        ],
      },
    });
  });

  test('enums and inputs are those that every subgraph can take', async () => {
    await using federation = await federateReused({
      subgraphs: {
        a: {
          sdl: `type Query { first(by: Filter): String colour: Colour } enum Colour { RED GREEN }
            input Filter { name: String only: Int }`,
          resolvers: {
            Query: {
              first: (_: never, { by }: { by: object }) => JSON.stringify(by),
              colour: () => 'GREEN',
            },
          },
        },
        b: {
          sdl: `type Query { second(by: Filter): String other: Colour } enum Colour { RED BLUE }
            input Filter { name: String }`,
          resolvers: {
            Query: {
              second: (_: never, { by }: { by: object }) => JSON.stringify(by),
              other: () => 'BLUE',
            },
          },
        },
      },
    });
    const reply = await federation.send(
      'query ($by: Filter) { colour other first(by: $by) second(by: { name: "n" }) }',
      { by: { name: 'x' } },
    );
    expect(reply.body).toEqual({
      data: { colour: 'GREEN', other: 'BLUE', first: '{"name":"x"}', second: '{"name":"n"}' },
    });
    const refused = await federation.send('{ first(by: { only: 1 }) }');
    expect(refused.body).toEqual({
      errors: [
        {
          message: 'Field "only" is not defined by type "Filter".',
          locations: [{ line: 1, column: 15 }],
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ],
    });
  });

  test('a custom scalar passes as it is, up and down', async () => {
    await using federation = await federateReused({
      subgraphs: {
        a: {
          sdl: 'scalar Json type Query { echo(value: Json): Json }',
          answer: ({ variables }) => ({ data: { echo: variables['value'] } }),
        },
      },
    });
    for (const value of [0, false, '', 'x', [1, [null]], { a: { b: [] } }]) {
      const reply = await federation.send('query ($value: Json) { echo(value: $value) }', {
        value,
      });
      expect(reply.body).toEqual({ data: { echo: value } });
    }
  });

  test('root types under names of their own are the roots all the same', async () => {
    await using federation = await federateReused({
      subgraphs: {
        a: {
          sdl: 'schema { query: Q mutation: M } type Q { one: Int } type M { set: Int }',
          resolvers: { Q: { one: () => 1 }, M: { set: () => 2 } },
        },
        b: { sdl: 'type Query { two: Int }', resolvers: { Query: { two: () => 2 } } },
      },
    });
    const query = await federation.send('{ one two __typename ... on Query { again: one } }');
    expect(query.body).toEqual({ data: { one: 1, two: 2, __typename: 'Query', again: 1 } });
    const mutation = await federation.send('mutation { set __typename }');
    expect(mutation.body).toEqual({ data: { set: 2, __typename: 'Mutation' } });
  });

  test('a root type under a name of its own takes fragments on the root', async () => {
    await using federation = await federateReused({
      subgraphs: {
        a: {
          sdl: `schema { query: Q mutation: M } type Q { one: Int uno: Int }
            type M { set: Payload } type Payload { query: Q }`,
          resolvers: { Q: { one: () => 1, uno: () => 1 }, M: { set: () => ({ query: {} }) } },
        },
        b: {
          sdl: 'schema { query: R } type R { two: Int }',
          resolvers: { R: { two: () => 2 } },
        },
      },
    });
    const query = await federation.send(
      `query ($yes: Boolean!) { ... on Query @include(if: $yes) { one two }
        ... on Query @skip(if: $yes) { uno } ...Both } fragment Both on Query { two uno @skip(if: $yes) }`,
      { yes: true },
    );
    expect(query.body).toEqual({ data: { one: 1, two: 2 } });
    const mutation = await federation.send(
      'mutation { ... on Mutation { set { query { one two } } } }',
    );
    expect(mutation.body).toEqual({ data: { set: { query: { one: 1, two: 2 } } } });
  });

  test('the query root inside of a payload is fetched like any other, wherever its fields are', async () => {
    await using federation = await federateReused({
      config: exposed,
      subgraphs: {
        a: {
          sdl: `type Query { one: Int } type Mutation { save: Payload list: [Payload] }
            type Payload { ok: Boolean query: Query }`,
          resolvers: {
            Query: { one: () => 1 },
            Mutation: {
              save: () => ({ ok: true, query: {} }),
              list: () => [{ ok: true, query: {} }, { ok: false, query: null }, { query: {} }],
            },
          },
        },
        b: {
          sdl: 'type Query { user: User bad: Int } type User { name: String }',
          resolvers: {
            Query: {
              user: () => ({ name: 'Ada' }),
              bad() {
                throw new Error('Bad');
              },
            },
          },
        },
      },
    });
    const reply = await federation.send(
      'mutation { save { ok query { one user { name } __typename } } }',
    );
    expect(reply.body).toEqual({
      data: { save: { ok: true, query: { one: 1, user: { name: 'Ada' }, __typename: 'Query' } } },
    });
    const several = await federation.send('mutation { list { ok query { user { name } bad } } }');
    const error = {
      message: 'Bad',
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'b' },
    };
    const query = { user: { name: 'Ada' }, bad: null };
    expect(several.body).toEqual({
      errors: [
        { ...error, path: ['list', 0, 'query', 'bad'] },
        { ...error, path: ['list', 2, 'query', 'bad'] },
      ],
      data: {
        list: [
          { ok: true, query },
          { ok: false, query: null },
          { ok: null, query },
        ],
      },
    });
    expect(federation.subgraphs['b']?.requests).toHaveLength(2);
  });
});

describe('A field of an interface whose types return different types for it', () => {
  const item = (id: string, own: object) => ({ __typename: id, id, ...own });
  const part = { pages: 9 };
  const a = `type Query { items: [Item] } interface Item { size: Int part: Part tags: [String] }
    type Book implements Item @key(fields: "id") { id: ID! size: Int! part: Part! tags: [String!]! }
    type Film implements Item @key(fields: "id") { id: ID! size: Int part: Part tags: [String] }
    type Disc implements Item @key(fields: "id") { id: ID! size: Int @external part: Part @external tags: [String] @external }
    type Part @shareable { pages: Int }`;
  const b = {
    sdl: `type Disc @key(fields: "id") { id: ID! size: Int part: Part tags: [String] }
      type Part @shareable { pages: Int }`,
    resolvers: { Disc: { __resolveReference: () => ({ size: 5, part, tags: ['z'] }) } },
  };
  const items = [
    item('Book', { size: 3, part, tags: ['x'] }),
    item('Film', { size: 4, part, tags: ['y'] }),
    item('Disc', {}),
  ];

  test('each type gets its own under the key that the client wrote', async () => {
    await using federation = await federateReused({
      subgraphs: { a: { sdl: a, resolvers: { Query: { items: () => items } } }, b },
    });
    const reply = await federation.send('{ items { length: size part { pages } tags } }');
    expect(reply.body).toEqual({
      data: {
        items: [
          { length: 3, part, tags: ['x'] },
          { length: 4, part, tags: ['y'] },
          { length: 5, part, tags: ['z'] },
        ],
      },
    });
    expect(federation.subgraphs['a']?.requests[0]?.query).toContain('__alias_');
  });

  test('an error on such a field is told under that key', async () => {
    const fail = (message: string) => () => {
      throw new Error(message);
    };
    await using federation = await federateReused({
      config: exposed,
      subgraphs: {
        a: {
          sdl: a,
          resolvers: {
            Query: { items: () => items.slice(0, 2) },
            Film: { size: fail('No size'), part: () => ({ pages: fail('Torn') }) },
            Book: { part: () => ({ pages: fail('Torn too') }) },
          },
        },
        b,
      },
    });
    const reply = await federation.send('{ items { size part { pages } } }');
    const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'a' };
    expect(reply.body).toEqual({
      errors: [
        { message: 'Torn too', path: ['items', 0, 'part', 'pages'], extensions },
        { message: 'No size', path: ['items', 1, 'size'], extensions },
        { message: 'Torn', path: ['items', 1, 'part', 'pages'], extensions },
      ],
      data: {
        items: [
          { size: 3, part: { pages: null } },
          { size: null, part: { pages: null } },
        ],
      },
    });
  });

  test('what is required of one of them is found below an entity, too', async () => {
    const shelf = { id: '9', items: [[item('Book', { size: 3 }), item('Film', { size: 4 })]] };
    await using federation = await federateReused({
      subgraphs: {
        roots: {
          sdl: 'type Query { shelf: Shelf } type Shelf @key(fields: "id") { id: ID! }',
          resolvers: { Query: { shelf: () => ({ id: '9' }) } },
        },
        a: {
          sdl: `type Shelf @key(fields: "id") { id: ID! items: [[Item]] } interface Item { id: ID! }
            type Book implements Item @key(fields: "id") { id: ID! size: Int! }
            type Film implements Item @key(fields: "id") { id: ID! size: Int }`,
          resolvers: { Shelf: { __resolveReference: () => shelf } },
        },
        labels: {
          sdl: `type Film @key(fields: "id") { id: ID! size: Int @external
            label: String @requires(fields: "size") }`,
          resolvers: {
            Film: {
              __resolveReference: (film: object) => film,
              label: ({ size }: { size: number }) => `${size} reels`,
            },
          },
        },
      },
    });
    const reply = await federation.send(
      '{ shelf { items { ... on Book { size } ... on Film { label } } } }',
    );
    expect(reply.body).toEqual({
      data: { shelf: { items: [[{ size: 3 }, { label: '4 reels' }]] } },
    });
    expect(federation.subgraphs['a']?.requests[0]?.query).toContain('__alias_');
  });

  test('a client may use the aliases that the planner makes for itself', async () => {
    await using federation = await federateReused({
      subgraphs: { a: { sdl: a, resolvers: { Query: { items: () => items } } }, b },
    });
    const reply = await federation.send(
      '{ items { size size__alias_0: __typename ... on Film { size__alias_1: id } } }',
    );
    expect(reply.body).toEqual({
      data: {
        items: [
          { size: 3, size__alias_0: 'Book' },
          { size: 4, size__alias_0: 'Film', size__alias_1: 'Film' },
          { size: 5, size__alias_0: 'Disc' },
        ],
      },
    });
    const twice = await federation.send(
      '{ items { size ... on Film { size size__alias_0: size } } }',
    );
    expect(twice.body).toEqual({
      data: { items: [{ size: 3 }, { size: 4, size__alias_0: 4 }, { size: 5 }] },
    });
  });
});

describe('@inaccessible elements', () => {
  const start = () =>
    federateReused({
      subgraphs: {
        a: {
          sdl: `type Query { item(name: String, hidden: Int @inaccessible): Item things: [Thing]
              secret: Int @inaccessible colour(of: Colour): Colour }
            type Item @key(fields: "id") { id: ID! @inaccessible name: String vault: Vault @inaccessible }
            type Vault @inaccessible { gold: Int } union Thing = Item | Vault
            enum Colour { RED GREY @inaccessible }`,
          resolvers: {
            Query: {
              item: () => ({ id: '1', name: 'Cup', vault: { gold: 3 } }),
              things: () => [{ __typename: 'Item', id: '1', name: 'Cup' }, { __typename: 'Vault' }],
              colour: () => 'GREY',
            },
          },
        },
        b: {
          sdl: `type Item @key(fields: "id") { id: ID! left: Int }`,
          resolvers: { Item: { __resolveReference: ({ id }: { id: string }) => ({ left: +id }) } },
        },
      },
    });

  test('they serve plans, and do not get into answers', async () => {
    await using federation = await start();
    const reply = await federation.send(
      '{ item { name left } things { ... on Item { left } } colour }',
    );
    const malformed = { code: 'SUBREQUEST_MALFORMED_RESPONSE' };
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Expected an object of a known type for Query.things',
          path: ['things', 1],
          extensions: malformed,
        },
        {
          message: 'Expected a value of type Colour for Query.colour',
          path: ['colour'],
          extensions: malformed,
        },
      ],
      data: { item: { name: 'Cup', left: 1 }, things: [{ left: 1 }, null], colour: null },
    });
  });

  test.each([
    ['{ secret }', 'Cannot query field "secret" on type "Query".'],
    ['{ item { vault { gold } } }', 'Cannot query field "vault" on type "Item".'],
    ['{ things { ... on Vault { gold } } }', 'Unknown type "Vault".'],
    ['{ item(hidden: 1) { name } }', 'Unknown argument "hidden" on field "Query.item".'],
    [
      '{ colour(of: GREY) }',
      'Value "GREY" does not exist in "Colour" enum. Did you mean the enum value "RED"?',
    ],
  ])('%s is refused as if the element were not there', async (query, message) => {
    await using federation = await start();
    const reply = await federation.send(query);
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({
      errors: [
        {
          message,
          locations: [{ line: 1, column: expect.any(Number) }],
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ],
    });
    expect(federation.subgraphs['a']?.requests).toEqual([]);
  });
});
