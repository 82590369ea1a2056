import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { guardedElements } from '../../src/auth/guarded.ts';
import { federate } from '../harness/federation.ts';

const sdl = `
  type Query {
    open: Int
    signedIn: Int @authenticated
    scoped: Int @requiresScopes(scopes: [["read"]])
    allowed: Int @policy(policies: [["staff"]])
    user: User
    account: Account
    nodes: [Node!]
    found: Found
    mood: Mood
    token: Token
    nested: Nested
  }
  type Mutation { change: Int @authenticated  set: Int }
  type User { name: String  email: String @authenticated }
  type Account @requiresScopes(scopes: [["read"]]) { id: ID!  balance: Int }
  interface Node { id: ID!  label: String }
  type Shown implements Node { id: ID!  label: String }
  type Hidden implements Node { id: ID!  label: String @policy(policies: [["staff"]]) }
  union Found = Shown | Account
  enum Mood @authenticated { GOOD BAD }
  scalar Token @authenticated
  type Nested { deep: User  mood: Mood }
`;

const renamed = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
    { name: "@authenticated", as: "@signedIn" },
    { name: "@requiresScopes", as: "@needs" },
    { name: "@policy", as: "@checked" }
  ])
  type Query {
    open: Int
    a: Int @signedIn
    b: Int @needs(scopes: [["read"]])
    c: Int @checked(policies: [["staff"]])
  }
`;

const unimported = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")
  type Query { open: Int  a: Int @federation__authenticated }
`;

/** What was answered, and how often the subgraph was asked. */
async function ask(schema: string, query: string, accept = 'application/json'): Promise<object> {
  await using federation = await federate({ subgraphs: { guarded: { sdl: schema } } });
  const { status, body } = await federation.send(query, {}, { accept });
  return { status, body, asked: federation.subgraphs['guarded']?.requests.length };
}

const refusal = {
  errors: [
    {
      message: 'Unauthorized field or type',
      extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
    },
  ],
};

describe('what asks something of the caller is refused, and nothing is fetched', () => {
  test.each([
    '{ signedIn }',
    '{ scoped }',
    '{ allowed }',
    '{ open signedIn }',
    '{ harmless: signedIn }',
    '{ open @skip(if: false) ... on Query { signedIn } }',
    '{ ... @include(if: true) { allowed } }',
    'query { ...Part } fragment Part on Query { open scoped }',
    'query Open { open } query Closed { signedIn }',
    '{ user { email } }',
    '{ nested { deep { name email } } }',
    '{ account { id } }',
    '{ account { __typename } }',
    '{ nodes { label } }',
    '{ nodes { ... on Hidden { label } } }',
    '{ nodes { ... on Node { ... on Hidden { label } } } }',
    '{ found { ... on Account { balance } } }',
    '{ mood }',
    '{ nested { mood } }',
    '{ token }',
    'mutation { change }',
    'mutation { set change }',
  ])('%s', async (query) => {
    expect(await ask(sdl, query)).toMatchObject({ asked: 0 });
  });

  test('with 200 for clients of application/json, and 403 for others', async () => {
    expect(await ask(sdl, '{ signedIn }')).toEqual({ status: 200, body: refusal, asked: 0 });
    const strict = 'application/graphql-response+json';
    expect(await ask(sdl, '{ signedIn }', strict)).toEqual({
      status: 403,
      body: refusal,
      asked: 0,
    });
  });

  test.each(['{ a }', '{ b }', '{ c }'])('under other names: %s', async (query) => {
    expect(await ask(renamed, query)).toEqual({ status: 200, body: refusal, asked: 0 });
  });

  test('under the name of one that was not imported', async () => {
    expect(await ask(unimported, '{ a }')).toEqual({ status: 200, body: refusal, asked: 0 });
  });
});

test.each([
  ['by an alias', '@link(url: "https://specs.apollo.dev/policy/v0.1", as: "own")', '@own'],
  [
    'with a prefix',
    '@link(url: "https://specs.apollo.dev/policy/v0.1", as: "own")',
    '@own__policy',
  ],
  ['by its own name', '@link(url: "https://specs.apollo.dev/policy/v0.1")', '@policy'],
])('a supergraph names what it guards %s', (_title, link, directive) => {
  const sdl = `schema { query: Query } extend schema ${link}
    type Query { open: Int guarded: Int ${directive} }
    extend type Query { later: Int ${directive} }`;
  expect([...guardedElements(parse(sdl))]).toEqual(['Query.guarded', 'Query.later']);
});

describe('what asks nothing is served', () => {
  test.each([
    '{ open }',
    '{ user { name } }',
    '{ nodes { id } }',
    '{ found { ... on Shown { label } } }',
    'mutation { set }',
  ])('%s', async (query) => {
    expect(await ask(sdl, query)).toMatchObject({ status: 200, body: { data: {} }, asked: 1 });
  });

  test('beside what is guarded under other names', async () => {
    expect(await ask(renamed, '{ open }')).toEqual({
      status: 200,
      body: { data: { open: null } },
      asked: 1,
    });
  });
});
