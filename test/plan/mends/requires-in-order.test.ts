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
