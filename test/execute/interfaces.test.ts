import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

const items = {
  '1': { __typename: 'Book', id: '1', title: 'Emma', pages: 474 },
  '2': { __typename: 'Film', id: '2', title: 'Alien', minutes: 117 },
};
const find = ({ id }: { id: '1' | '2' }) => items[id];

const catalog = {
  sdl: `type Query { items: [Media!] }
    interface Media @key(fields: "id") { id: ID! title: String }
    type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
    type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }`,
  resolvers: {
    Query: { items: () => Object.values(items) },
    Media: {
      __resolveReference: find,
      __resolveType: (media: { __typename: string }) => media.__typename,
    },
    Book: { __resolveReference: find },
    Film: { __resolveReference: find },
  },
};

const reviews = {
  sdl: `type Query { best: [Media] only: Media }
    type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int related: Media }`,
  resolvers: {
    Query: {
      best: () => [{ id: '2' }, null, { id: '1' }],
      only: () => ({ id: '1' }),
    },
    Media: {
      __resolveReference: (media: object) => media,
      stars: ({ id }: { id: string }) => Number(id) + 3,
      related: ({ id }: { id: string }) => ({ id: id === '1' ? '2' : '1' }),
    },
  },
};

const start = () => federateReused({ config: exposed, subgraphs: { catalog, reviews } });

describe('An interface with a key, and an @interfaceObject elsewhere', () => {
  test('what the @interfaceObject adds is read through the interface and on its types', async () => {
    await using federation = await start();
    const reply = await federation.send(
      '{ items { stars title ... on Book { pages stars } ... on Film { minutes more: stars } } }',
    );
    expect(reply.body).toEqual({
      data: {
        items: [
          { stars: 4, title: 'Emma', pages: 474 },
          { stars: 5, title: 'Alien', minutes: 117, more: 5 },
        ],
      },
    });
  });

  test('fields of the interface alone need no other subgraph', async () => {
    await using federation = await start();
    const reply = await federation.send('{ best { key: id stars } only { related { id } } }');
    expect(reply.body).toEqual({
      data: {
        best: [{ key: '2', stars: 5 }, null, { key: '1', stars: 4 }],
        only: { related: { id: '2' } },
      },
    });
    expect(federation.subgraphs['catalog']?.requests).toEqual([]);
  });

  test('fragments of which nothing is included need no other subgraph', async () => {
    await using federation = await start();
    const reply = await federation.send(
      'query ($no: Boolean!) { only { id ...F ... on Film { __typename @include(if: $no) } } } fragment F on Book { pages @include(if: $no) }',
      { no: false },
    );
    expect(reply.body).toEqual({ data: { only: { id: '1' } } });
    expect(federation.subgraphs['catalog']?.requests).toEqual([]);
  });

  test('the name of the type is asked of the subgraph that knows it', async () => {
    await using federation = await start();
    const reply = await federation.send(
      '{ best { __typename kind: __typename ... on Film { minutes } ... on Media { stars } } }',
    );
    expect(reply.body).toEqual({
      data: {
        best: [
          { __typename: 'Film', kind: 'Film', minutes: 117, stars: 5 },
          null,
          { __typename: 'Book', kind: 'Book', stars: 4 },
        ],
      },
    });
  });

  test('fragments on the types are resolved from the @interfaceObject on, at depth', async () => {
    await using federation = await start();
    const reply = await federation.send(`{ only { ...Pages related { ...Pages title } } }
      fragment Pages on Media { ... on Book { pages } ... on Film { minutes related { id } } }`);
    expect(reply.body).toEqual({
      data: {
        only: { pages: 474, related: { minutes: 117, related: { id: '1' }, title: 'Alien' } },
      },
    });
  });

  test('what two fetches ask of one entity is asked once, and its error told once', async () => {
    const minutes = () => {
      throw new Error('No clock');
    };
    const resolvers = { ...catalog.resolvers, Film: { ...catalog.resolvers.Film, minutes } };
    await using federation = await federateReused({
      config: exposed,
      subgraphs: { catalog: { ...catalog, resolvers }, reviews },
    });
    const reply = await federation.send(
      'query ($a: Boolean!) { best { ... on Film { minutes ...F @include(if: $a) } } } fragment F on Film { minutes key: id }',
      { a: true },
    );
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'No clock',
          path: ['best', 0, 'minutes'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'catalog' },
        },
      ],
      data: { best: [{ minutes: null, key: '2' }, null, {}] },
    });
    expect(federation.subgraphs['catalog']?.requests).toHaveLength(1);
  });

  test('what waits for a type that a failed fetch was to tell is lost for the same reason', async () => {
    let calls = 0;
    const answer = () => {
      calls += 1;
      const film = { __typename: 'Film', id: '2', minutes: 117 };
      if (calls > 1) return { data: { _entities: [film] } };
      return { data: { _entities: [null] }, errors: [{ message: 'Gone', path: ['_entities', 0] }] };
    };
    await using federation = await federateReused({
      config: exposed,
      subgraphs: { catalog: { ...catalog, answer }, reviews },
    });
    const reply = await federation.send(
      'query ($a: Boolean!) { only { related { ... on Film { minutes title ...F @include(if: $a) } } } } fragment F on Film { minutes key: id }',
      { a: true },
    );
    const error = {
      message: 'Gone',
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'catalog' },
    };
    expect(reply.body).toEqual({
      errors: [
        { ...error, path: ['only', 'related', 'title'] },
        { ...error, path: ['only', 'related', 'key'] },
      ],
      data: { only: { related: null } },
    });
  });

  test('where the types cannot be asked for, the reason is told and the rest is kept', async () => {
    await using federation = await federateReused({
      config: exposed,
      subgraphs: {
        catalog: { ...catalog, answer: () => ({ errors: [{ message: 'Shut' }] }) },
        reviews,
      },
    });
    const reply = await federation.send('{ best { __typename } only { id stars } }');
    const error = {
      message: 'Shut',
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'catalog' },
    };
    expect(reply.body).toEqual({
      errors: [
        { ...error, path: ['best', 0] },
        { ...error, path: ['best', 2] },
      ],
      data: { best: [null, null, null], only: { id: '1', stars: 4 } },
    });
  });

  test("an entity that the types' own subgraph does not know is an error", async () => {
    await using federation = await federateReused({
      config: exposed,
      subgraphs: {
        catalog: { ...catalog, answer: () => ({ data: { _entities: [null, null] } }) },
        reviews,
      },
    });
    const reply = await federation.send('{ best { stars title } }');
    expect(reply.body).toEqual({
      data: { best: [{ stars: 5, title: null }, null, { stars: 4, title: null }] },
    });
    const typed = await federation.send('{ best { __typename } }');
    const error = {
      message: 'Expected an object of a known type for Query.best',
      extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE' },
    };
    expect(typed.body).toEqual({
      errors: [
        { ...error, path: ['best', 0] },
        { ...error, path: ['best', 2] },
      ],
      data: { best: [null, null, null] },
    });
  });
});

test('fragments that select nothing of its types do not keep an @interfaceObject from its answer', async () => {
  await using federation = await federateReused({
    subgraphs: {
      media: {
        sdl: `interface Media @key(fields: "id") { id: ID! } union Owned = Book | Author
          type Book implements Media @key(fields: "id") { id: ID! } type Author { name: String }`,
      },
      shelves: {
        sdl: `type Query { last: Media } type Media @key(fields: "id") @interfaceObject { id: ID! }`,
        resolvers: { Query: { last: () => ({ id: '7' }) } },
      },
    },
  });
  const reply = await federation.send('{ last { ... on Owned { ... on Author { name } } id } }');
  expect(reply.body).toEqual({ data: { last: { id: '7' } } });
});

test('an interface without a key is implemented by entities of several subgraphs', async () => {
  await using federation = await federateReused({
    subgraphs: {
      accounts: {
        sdl: `type Query { nodes: [Named] } interface Named { name: String }
          type User implements Named @key(fields: "id") { id: ID! name: String }
          type Team implements Named @key(fields: "id") { id: ID! name: String @external }`,
        resolvers: {
          Query: {
            nodes: () => [
              { __typename: 'User', id: '1', name: 'Ada' },
              { __typename: 'Team', id: '2' },
            ],
          },
        },
      },
      teams: {
        sdl: `type Team @key(fields: "id") { id: ID! name: String size: Int }`,
        resolvers: { Team: { __resolveReference: () => ({ name: 'Blue', size: 4 }) } },
      },
    },
  });
  const reply = await federation.send('{ nodes { name ... on Team { size } __typename } }');
  expect(reply.body).toEqual({
    data: {
      nodes: [
        { name: 'Ada', __typename: 'User' },
        { name: 'Blue', size: 4, __typename: 'Team' },
      ],
    },
  });
});

test("what an @interfaceObject is asked of other types only is nobody's error", async () => {
  await using federation = await federateReused({
    subgraphs: {
      library: {
        sdl: `type Query { item: Item } interface Item @key(fields: "id") { id: ID! }
          type Author implements Item @key(fields: "id") { id: ID! }
          type Book implements Item @key(fields: "id") { id: ID! pages: Int }`,
        resolvers: { Query: { item: () => ({ __typename: 'Author', id: '1' }) } },
      },
      notes: {
        sdl: `type Item @key(fields: "id") @interfaceObject { id: ID! notes: [Note] }
          type Note { text: String size(of: Int): Int }`,
        resolvers: {
          Item: { __resolveReference: () => ({ notes: [{ text: 'first' }] }) },
          Note: {
            size: () => {
              throw new Error('Only books have a size');
            },
          },
        },
      },
    },
  });
  const reply = await federation.send(
    '{ item { notes { text } ... on Book { pages sizes: notes { size(of: 2) } } } }',
  );
  expect(reply.body).toEqual({ data: { item: { notes: [{ text: 'first' }] } } });
  const asked = federation.subgraphs['notes']?.requests.map(({ query }) => query) ?? [];
  expect(asked.some((text) => text.includes('size'))).toBe(true);
});

test('an @interfaceObject stands beside an entity of a type of its own', async () => {
  const entity = (values: object) => ({ __resolveReference: () => values });
  await using federation = await federateReused({
    subgraphs: {
      library: {
        sdl: `type Query { found: [Found] } union Found = Book | Author
          interface Media @key(fields: "id") { id: ID! }
          type Book implements Media @key(fields: "id") { id: ID! }
          type Author @key(fields: "id") { id: ID! }`,
        resolvers: {
          Query: {
            found: () => [
              { __typename: 'Book', id: '1' },
              { __typename: 'Author', id: '2' },
            ],
          },
        },
      },
      opinions: {
        sdl: `type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }
          type Author @key(fields: "id") { id: ID! followers: Int }`,
        resolvers: { Media: entity({ stars: 5 }), Author: entity({ followers: 7 }) },
      },
    },
  });
  const reply = await federation.send(
    '{ found { ... on Book { stars } ... on Author { followers } } }',
  );
  expect(reply.body).toEqual({ data: { found: [{ stars: 5 }, { followers: 7 }] } });
  expect(federation.subgraphs['opinions']?.requests.map(({ variables }) => variables)).toEqual([
    {
      representations: [
        { __typename: 'Media', id: '1' },
        { __typename: 'Author', id: '2' },
      ],
    },
  ]);
});
