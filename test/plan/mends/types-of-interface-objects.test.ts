import { expect, test } from '@jest/globals';
import { exposed, federate } from '../../harness/federation.ts';

const items = {
  '1': { __typename: 'Book', id: '1', pages: 474 },
  '2': { __typename: 'Film', id: '2', minutes: 117 },
};
const find = ({ id }: { id: '1' | '2' }) => items[id];

const catalog = {
  sdl: `type Query { any: Owned }
    interface Media @key(fields: "id") { id: ID! }
    interface Printed { pages: Int }
    union Owned = Book | Film
    type Book implements Media & Printed @key(fields: "id") { id: ID! pages: Int }
    type Film implements Media @key(fields: "id") { id: ID! minutes: Int }`,
  resolvers: {
    Media: {
      __resolveReference: find,
      __resolveType: (media: { __typename: string }) => media.__typename,
    },
    Book: { __resolveReference: find },
    Film: { __resolveReference: find },
  },
};
const reviews = {
  sdl: `type Query { best: [Media] }
    type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }`,
  resolvers: {
    Query: { best: () => [{ id: '1' }, { id: '2' }] },
    Media: { stars: ({ id }: { id: string }) => Number(id) + 3 },
  },
};

test('from an @interfaceObject on, fragments on other interfaces and unions are followed', async () => {
  await using federation = await federate({ config: exposed, subgraphs: { catalog, reviews } });
  const reply = await federation.send('{ best { stars ... on Printed { pages } } }');
  expect(reply.body).toEqual({ data: { best: [{ stars: 4, pages: 474 }, { stars: 5 }] } });
});

test('fragments within them are followed, and lead to no other types', async () => {
  await using federation = await federate({ config: exposed, subgraphs: { catalog, reviews } });
  const reply = await federation.send(
    `query ($no: Boolean!) { best { ...Owned ... on Book { ...Pages @skip(if: $no) } } }
      fragment Owned on Owned { ... on Media { key: id stars } ... on Film { minutes } ...Pages }
      fragment Pages on Printed { pages ... on Book { more: pages @skip(if: $no) } }`,
    { no: false },
  );
  expect(reply.body).toEqual({
    data: {
      best: [
        { key: '1', stars: 4, pages: 474, more: 474 },
        { key: '2', stars: 5, minutes: 117 },
      ],
    },
  });
});
