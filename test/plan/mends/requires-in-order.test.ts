import { describe, expect, test } from '@jest/globals';
import { exposed, federate } from '../../harness/federation.ts';

describe('A field that is required and requires others itself', () => {
  test('is asked for when they are there, though its subgraph found the entity', async () => {
    const a = {
      sdl: `type Query { product: P }
        type P @key(fields: "id") {
          id: ID! one: Int @shareable
          two: Int @external three: Int @requires(fields: "two")
        }`,
      resolvers: {
        Query: { product: () => ({ id: '1', one: 1 }) },
        P: { three: ({ two }: { two?: number }) => (two === undefined ? null : two + 1) },
      },
    };
    const b = {
      sdl: `type P @key(fields: "id") {
          id: ID! one: Int @external two: Int @requires(fields: "one")
        }`,
      resolvers: { P: { two: ({ one }: { one: number }) => one + 1 } },
    };
    const c = {
      sdl: `type P @key(fields: "id") {
          id: ID! three: Int @external four: Int @requires(fields: "three")
        }`,
      resolvers: { P: { four: ({ three }: { three: number }) => three + 1 } },
    };
    await using federation = await federate({ config: exposed, subgraphs: { a, b, c } });
    const reply = await federation.send('{ product { four } }');
    expect(reply.body).toEqual({ data: { product: { four: 4 } } });
    const all = await federation.send('{ product { four three two one } }');
    expect(all.body).toEqual({ data: { product: { four: 4, three: 3, two: 2, one: 1 } } });
  });

  test('has what it requires from the subgraph that resolves it, not where it is external', async () => {
    const a = {
      sdl: `type Query { depot: Depot }
        type Depot @key(fields: "id") {
          id: ID! marks: String @external links: String @requires(fields: "marks")
        }`,
      resolvers: {
        Query: { depot: () => ({ id: '1', marks: 'not from here' }) },
        Depot: { links: ({ marks }: { marks: string }) => `links of ${marks}` },
      },
    };
    const b = {
      sdl: `type Depot @key(fields: "id") {
          id: ID! marks: String links: String @external size: String @requires(fields: "links")
        }`,
      resolvers: {
        Depot: {
          marks: () => 'marks',
          size: ({ links }: { links: string }) => `size of ${links}`,
        },
      },
    };
    await using federation = await federate({ config: exposed, subgraphs: { a, b } });
    const reply = await federation.send('{ depot { size } }');
    expect(reply.body).toEqual({ data: { depot: { size: 'size of links of marks' } } });
  });
});

test('two fetches of one subgraph stay two where what is required has to come between', async () => {
  const book = 'type Book @key(fields: "id") @key(fields: "code") { id: ID! code: String!';
  const depots = {
    sdl: `type Depot @key(fields: "id") { id: ID! books: [Book!]! @shareable }
      type Book @key(fields: "code", resolvable: false) { code: String! }`,
    resolvers: { Depot: { __resolveReference: () => ({ books: [{ code: 'b' }] }) } },
  };
  await using federation = await federate({
    config: exposed,
    subgraphs: {
      a: depots,
      b: {
        sdl: `type Query { depots: [Depot!] } type Depot @key(fields: "id") { id: ID! } ${book} }`,
        resolvers: {
          Query: { depots: () => [{ id: '1' }] },
          Book: { __resolveReference: () => ({ id: '7', code: 'b' }) },
        },
      },
      c: {
        sdl: `type Book @key(fields: "id") {
            id: ID! crew: Crew @requires(fields: "state") state: [Int] @external
          }
          type Crew @key(fields: "id", resolvable: false) { id: ID! }`,
        resolvers: {
          Book: {
            __resolveReference: (given: object) => given,
            crew: ({ state }: { state: number[] }) => ({ id: `crew of ${state}` }),
          },
        },
      },
      d: depots,
      e: {
        sdl: `${book} state: [Int] }`,
        resolvers: { Book: { __resolveReference: () => ({ id: '7', code: 'b', state: [2, 3] }) } },
      },
      f: { sdl: 'type Crew @key(fields: "id") { id: ID! label: String }' },
    },
  });
  const query = '{ depots { books { crew { ... on Crew { key: id } id } id } } }';
  const reply = await federation.send(query);
  const crew = { key: 'crew of 2,3', id: 'crew of 2,3' };
  expect(reply.body).toEqual({ data: { depots: [{ books: [{ crew, id: '7' }] }] } });
});
