import { expect, test } from '@jest/globals';
import { federate } from '../../harness/federation.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@context", "@fromContext"
])\n`;

const shop = {
  sdl: `${link} type Query { thing: Thing }
    union Thing @context(name: "thing") = Box | Bag
    type Box @key(fields: "id") @context(name: "box") {
      id: ID! size: Size name: String depth: Int owner: User
    }
    type Bag @key(fields: "id") { id: ID! litres: Int }
    type Size { width: Int depth: Int }
    type User @key(fields: "id") {
      id: ID!
      wide(width: Int @fromContext(field: "$box { size { width } }")): String
      deep(depth: Int @fromContext(field: "$box { size { depth } }")): String
      both(
        width: Int @fromContext(field: "$box { size { width } }")
        depth: Int @fromContext(field: "$box { size { depth } }")
      ): String
      alike(
        depth: Int @fromContext(field: "$thing ... on Box { depth } ... on Bag { litres }")
      ): String
    }`,
  resolvers: {
    Query: {
      thing: () => ({
        id: 'b1',
        name: 'box',
        depth: 9,
        size: { width: 2, depth: 3 },
        owner: { id: 'u1' },
      }),
    },
    Thing: { __resolveType: () => 'Box' },
    User: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      wide: (_user: object, args: object) => JSON.stringify(args),
      deep: (_user: object, args: object) => JSON.stringify(args),
      both: (_user: object, args: object) => JSON.stringify(args),
      alike: (_user: object, args: object) => JSON.stringify(args),
    },
  },
};

test.each([
  ['two arguments of one field', 'both', { both: '{"width":2,"depth":3}' }],
  ['two fields', 'wide deep', { wide: '{"width":2}', deep: '{"depth":3}' }],
  ['a type condition and none', 'alike wide', { alike: '{"depth":9}', wide: '{"width":2}' }],
])('%s get all that they take from one object', async (_, selection, owner) => {
  await using federation = await federate({ subgraphs: { shop } });
  const reply = await federation.send(`{ thing { ... on Box { owner { ${selection} } } } }`);
  expect(reply.body).toEqual({ data: { thing: { owner } } });
});
