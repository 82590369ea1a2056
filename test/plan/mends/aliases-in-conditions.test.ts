import { expect, test } from '@jest/globals';
import { exposed, federate } from '../../harness/federation.ts';

const items = [
  { __typename: 'Book', id: '1', state: 'worn', inner: { __typename: 'Film', state: 2 } },
  { __typename: 'Film', state: 7 },
];
const library = {
  sdl: `type Query { items: [Item] }
    union Item = Book | Film
    type Book @key(fields: "id") { id: ID! state: String inner: Item }
    type Film { state: Int! }`,
  resolvers: { Query: { items: () => items } },
};
const sizes = {
  sdl: `type Book @key(fields: "id") {
      id: ID! state: String @external size: String @requires(fields: "state")
    }`,
  resolvers: { Book: { size: ({ state }: { state: string }) => `${state} and small` } },
};

test('a field of two types may be required of one and selected of the other, below a condition', async () => {
  await using federation = await federate({ config: exposed, subgraphs: { library, sizes } });
  const query = `query ($no: Boolean!) {
    items { ... @skip(if: $no) { ... on Film { state } ... on Book { size } } }
  }`;
  const reply = await federation.send(query, { no: false });
  expect(reply.body).toEqual({ data: { items: [{ size: 'worn and small' }, { state: 7 }] } });
  const skipped = await federation.send(query, { no: true });
  expect(skipped.body).toEqual({ data: { items: [{}, {}] } });
});
