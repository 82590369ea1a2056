import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

const asked = (requests: readonly { readonly query: string }[] | undefined) =>
  requests?.map(({ query }) => query);

describe('Fields that several subgraphs have', () => {
  test('@provides spares a request on that path, and only there', async () => {
    await using federation = await federateReused({
      subgraphs: {
        reviews: {
          sdl: `type Query { top: Review @provides(fields: "author { name }") latest: Review }
            type Review { author: User } type User @key(fields: "id") { id: ID! name: String @external }`,
          resolvers: {
            Query: {
              top: () => ({ author: { id: '1', name: 'Ada' } }),
              latest: () => ({ author: { id: '1' } }),
            },
          },
        },
        users: {
          sdl: `type User @key(fields: "id") { id: ID! name: String @shareable }`,
          resolvers: { User: { __resolveReference: () => ({ name: 'Ada of users' }) } },
        },
      },
    });
    const provided = await federation.send('{ top { author { name } } }');
    expect(provided.body).toEqual({ data: { top: { author: { name: 'Ada' } } } });
    expect(federation.subgraphs['users']?.requests).toEqual([]);
    const asked = await federation.send('{ latest { author { name } } }');
    expect(asked.body).toEqual({ data: { latest: { author: { name: 'Ada of users' } } } });
  });

  test('a shareable root field is asked of one subgraph, its parts of both where they differ', async () => {
    await using federation = await federateReused({
      subgraphs: {
        a: {
          sdl: `type Query { settings: Settings @shareable } type Settings @shareable { theme: String, dark: Boolean }`,
          resolvers: { Query: { settings: () => ({ theme: 'sea', dark: true }) } },
        },
        b: {
          sdl: `type Query { settings: Settings @shareable } type Settings @shareable { theme: String, size: Int }`,
          resolvers: { Query: { settings: () => ({ theme: 'sea', size: 3 }) } },
        },
      },
    });
    const one = await federation.send('{ settings { theme } }');
    expect(one.body).toEqual({ data: { settings: { theme: 'sea' } } });
    const { a, b } = federation.subgraphs;
    expect([...(asked(a?.requests) ?? []), ...(asked(b?.requests) ?? [])]).toEqual([
      '{settings{theme}}',
    ]);
    const both = await federation.send('{ settings { size theme dark } }');
    expect(both.body).toEqual({ data: { settings: { size: 3, theme: 'sea', dark: true } } });
  });

  test('where one of two fails, the parts that it was to supply tell of its failure', async () => {
    await using federation = await federateReused({
      config: exposed,
      subgraphs: {
        a: {
          sdl: `type Query { settings: Settings @shareable } type Settings @shareable { theme: String, dark: Boolean }`,
          resolvers: { Query: { settings: () => ({ theme: 'sea', dark: true }) } },
        },
        b: {
          sdl: `type Query { settings: Settings @shareable } type Settings @shareable { theme: String, size: Int }`,
          answer: () => ({ errors: [{ message: 'Asleep' }] }),
        },
      },
    });
    const reply = await federation.send('{ settings { dark size } }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Asleep',
          path: ['settings', 'size'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'b' },
        },
      ],
      data: { settings: { dark: true, size: null } },
    });
  });

  test.each(['a', 'b'])(
    'where %s says null, the parts that only it has are null, or one error',
    async (missing) => {
      const settings = { a: { theme: 'sea', dark: true }, b: { theme: 'sea', size: 3 } };
      const subgraph = (name: 'a' | 'b', field: string) => ({
        sdl: `type Query { settings: Settings @shareable } type Settings @shareable { theme: String, ${field} }`,
        resolvers: { Query: { settings: () => (name === missing ? null : settings[name]) } },
      });
      await using federation = await federateReused({
        subgraphs: {
          a: subgraph('a', 'dark: Boolean, sure: Int!'),
          b: subgraph('b', 'size: Int, must: Int!'),
        },
      });
      const reply = await federation.send('{ settings { dark size } }');
      expect(reply.body).toEqual({
        data: { settings: missing === 'a' ? { dark: null, size: 3 } : { dark: true, size: null } },
      });
      const field = missing === 'a' ? 'sure' : 'must';
      const nulled = await federation.send(`{ settings { dark size ${field} } }`);
      expect(nulled.body).toEqual({
        errors: [
          {
            message: `Cannot return null for non-nullable field Settings.${field}`,
            path: ['settings', field],
            extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE' },
          },
        ],
        data: { settings: null },
      });
    },
  );

  test('a part that fails where one of two has it takes no other error along', async () => {
    await using federation = await federateReused({
      config: exposed,
      subgraphs: {
        a: {
          sdl: `type Query { settings: Settings @shareable } type Settings @shareable { theme: String, dark: Boolean }`,
          resolvers: { Query: { settings: () => ({ dark: true }) } },
        },
        b: {
          sdl: `type Query { settings: Settings @shareable } type Settings @shareable { theme: String, size: Int, must: Int! }`,
          resolvers: {
            Query: { settings: () => ({ size: 3, must: Promise.reject(new Error('Off')) }) },
          },
        },
      },
    });
    const reply = await federation.send('{ settings { dark size must } }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Off',
          path: ['settings', 'must'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'b' },
        },
      ],
      data: { settings: null },
    });
  });

  test('a value type inside an entity is put together from two subgraphs', async () => {
    await using federation = await federateReused({
      subgraphs: {
        a: {
          sdl: `type Query { shop: Shop } type Shop @key(fields: "id") { id: ID! place: Place @shareable hours: [Hour] @shareable }
            type Place @shareable { city: String street: String } type Hour @shareable { day: String from: Int }`,
          resolvers: {
            Query: {
              shop: () => ({
                id: '1',
                place: { city: 'Ghent', street: 'Kouter' },
                hours: [
                  { day: 'mo', from: 8 },
                  { day: 'tu', from: 9 },
                ],
              }),
            },
          },
        },
        b: {
          sdl: `type Shop @key(fields: "id") { id: ID! place: Place @shareable hours: [Hour] @shareable }
            type Place @shareable { city: String zip: String } type Hour @shareable { day: String to: Int }`,
          resolvers: {
            Shop: {
              __resolveReference: () => ({
                place: { city: 'Ghent', zip: '9000' },
                hours: [
                  { day: 'mo', to: 17 },
                  { day: 'tu', to: 18 },
                ],
              }),
            },
          },
        },
      },
    });
    const reply = await federation.send('{ shop { hours { to day from } place { zip street } } }');
    expect(reply.body).toEqual({
      data: {
        shop: {
          hours: [
            { to: 17, day: 'mo', from: 8 },
            { to: 18, day: 'tu', from: 9 },
          ],
          place: { zip: '9000', street: 'Kouter' },
        },
      },
    });
  });

  test('a field that was overridden is asked of its new subgraph', async () => {
    await using federation = await federateReused({
      subgraphs: {
        old: {
          sdl: `type Query { product: Product motto: String } type Product @key(fields: "id") { id: ID! name: String }`,
          resolvers: {
            Query: { product: () => ({ id: '1', name: 'old' }), motto: () => 'old' },
          },
        },
        new: {
          sdl: `type Query { motto: String @override(from: "old") }
            type Product @key(fields: "id") { id: ID! name: String @override(from: "old") }`,
          resolvers: {
            Query: { motto: () => 'new' },
            Product: { __resolveReference: () => ({ name: 'new' }) },
          },
        },
      },
    });
    const reply = await federation.send('{ motto product { name } }');
    expect(reply.body).toEqual({ data: { motto: 'new', product: { name: 'new' } } });
    expect(asked(federation.subgraphs['old']?.requests)).toEqual(['{product{__typename id}}']);
  });
});

test('an entity that fails with what one path asks of it is there for another path', async () => {
  const parent = (id: string) => ({ __typename: 'Crew', id });
  await using federation = await federateReused({
    config: exposed,
    subgraphs: {
      tree: {
        sdl: `type Query { top: Keyed } type Keyed @key(fields: "id") @interfaceObject { id: ID! next: Keyed }`,
        resolvers: { Query: { top: () => ({ id: '1' }) }, Keyed: { next: () => ({ id: '1' }) } },
      },
      crew: {
        sdl: `interface Keyed @key(fields: "id") { id: ID! rank: Int! }
          type Crew implements Keyed @key(fields: "id") { id: ID! rank: Int! }`,
        resolvers: {
          Keyed: { __resolveReference: ({ id }: { id: string }) => parent(id) },
          Crew: {
            __resolveReference: ({ id }: { id: string }) => parent(id),
            rank: () => {
              throw new Error('No rank');
            },
          },
        },
      },
    },
  });
  const reply = await federation.send('{ top { __typename next { rank } } }');
  expect(reply.body).toEqual({
    errors: [
      {
        message: 'No rank',
        path: ['top', 'next', 'rank'],
        extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'crew' },
      },
    ],
    data: { top: { __typename: 'Crew', next: null } },
  });
});

test('one entity at two places tells at each of them why a part is missing there', async () => {
  const item = 'type Item @key(fields: "id") { id: ID!';
  const failed = (index: number, ...below: readonly string[]) => ({
    message: `Failure ${index}`,
    path: ['_entities', index, ...below],
  });
  await using federation = await federateReused({
    config: exposed,
    subgraphs: {
      items: {
        sdl: `type Query { items: [Item] } ${item} at: String }`,
        resolvers: {
          Query: {
            items: () => [
              { id: '1', at: 'here' },
              { id: '1', at: 'there' },
            ],
          },
        },
      },
      sizes: {
        sdl: `${item} box: Box @shareable } type Box @shareable { size: Int }`,
        resolvers: { Item: { __resolveReference: () => ({ box: { size: 3 } }) } },
      },
      weights: {
        sdl: `${item} at: String @external box: Box @shareable @requires(fields: "at") }
          type Box @shareable { weight: Int! }`,
        answer: () => ({
          data: { _entities: [null, null] },
          errors: [failed(0, 'box', 'weight'), failed(1)],
        }),
      },
    },
  });
  const reply = await federation.send('{ items { box { size weight } } }');
  const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'weights' };
  expect(reply.body).toEqual({
    errors: [
      { message: 'Failure 0', path: ['items', 0, 'box', 'weight'], extensions },
      { message: 'Failure 1', path: ['items', 1, 'box', 'weight'], extensions },
    ],
    data: { items: [{ box: null }, { box: null }] },
  });
});

test('one entity at two places may have different fields under one alias', async () => {
  const person = 'type Person @key(fields: "id") { id: ID!';
  await using federation = await federateReused({
    subgraphs: {
      pairs: {
        sdl: `type Query { pair: Pair } type Pair { left: Person right: Person } ${person} }`,
        resolvers: { Query: { pair: () => ({ left: { id: '1' }, right: { id: '1' } }) } },
      },
      friends: {
        sdl: `${person} friend: Person age: Int }`,
        resolvers: { Person: { __resolveReference: () => ({ friend: { id: '2' }, age: 30 }) } },
      },
      names: {
        sdl: `${person} name: String nick: String }`,
        resolvers: { Person: { __resolveReference: () => ({ name: 'Ada', nick: 'A' }) } },
      },
    },
  });
  const reply = await federation.send(
    '{ pair { left { age friend { label: name } } right { friend { label: nick } } } }',
  );
  expect(reply.body).toEqual({
    data: {
      pair: { left: { age: 30, friend: { label: 'Ada' } }, right: { friend: { label: 'A' } } },
    },
  });
});
