import { expect, test } from '@jest/globals';
import { federate } from '../../harness/federation.ts';

const author = { __typename: 'Author', id: '1' };
const book = { __typename: 'Book', id: '2', code: 'b' };

/** One subgraph knows a type of `Either` that the other does not. */
const start = () =>
  federate({
    subgraphs: {
      works: {
        sdl: `interface Plain { id: ID! } union Either = Author | Book
          type Author implements Plain @key(fields: "id") { id: ID! state: [Plain!] }
          type Book implements Plain @key(fields: "id") @key(fields: "code") { id: ID! code: String! }`,
        resolvers: { Author: { __resolveReference: () => ({ state: [author, book] }) } },
      },
      found: {
        sdl: `type Query { find: [Either!] work: Book }
          interface Plain { id: ID! } union Either = Author | Book | Crew
          type Author implements Plain @key(fields: "id", resolvable: false) { id: ID! }
          type Book implements Plain @key(fields: "id", resolvable: false) { id: ID! }
          type Crew @key(fields: "id") { id: ID! }`,
        resolvers: { Query: { find: () => [author, book], work: () => book } },
      },
    },
  });

const states = (of: string) => `query ($yes: Boolean = true, $no: Boolean = false) {
  find { ... on Author { state { ${of} ... @skip(if: $no) { __typename } } } }
  work { id @include(if: $yes) ...Inner }
} fragment Authors on Author { id } fragment Inner on Plain { ...Authors }`;

test.each([
  '... on Either { ... on Plain { ... on Author { id } } }',
  '... on Either { ... on Plain { ...Authors } }',
  '... on Either { ...Inner }',
  '... on Either { ... on Plain { ... @include(if: true) { ... on Author { id } } } }',
  '... on Either { ... on Plain { ... @include(if: $yes) { ...Authors } } }',
  '... on Either @include(if: $yes) { ... @skip(if: $no) { ... on Plain { ... on Author { id } } } }',
  '... on Either { ... on Plain { ... on Author { id } ... on Book @include(if: $no) { code } } }',
])('a fragment on an object type may stand within fragments on others: %s', async (of) => {
  await using federation = await start();
  const reply = await federation.send(states(of));
  expect(reply.body).toEqual({
    data: {
      find: [{ state: [{ id: '1', __typename: 'Author' }, { __typename: 'Book' }] }, {}],
      work: { id: '2' },
    },
  });
});

test('conditions around such a fragment hold for it', async () => {
  await using federation = await start();
  const of = '... on Either @include(if: $yes) { ... on Plain { ... on Author { id } } }';
  const reply = await federation.send(states(of), { yes: false });
  expect(reply.body).toEqual({
    data: { find: [{ state: [{ __typename: 'Author' }, { __typename: 'Book' }] }, {}], work: {} },
  });
});

test('where no object can be of all the types, nothing is asked', async () => {
  await using federation = await start();
  const reply = await federation.send('{ work { ... on Either { ... on Author { id } } } }');
  expect(reply.body).toEqual({ data: { work: {} } });
});
