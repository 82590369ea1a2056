import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AuthorizedFederation, authorized, type TestCaller } from './authorized.ts';

const shop = {
  sdl: `
    type Query {
      open: Int
      signedIn: Int @authenticated
      sure: Int! @authenticated
      scoped: Int @requiresScopes(scopes: [["read", "list"], ["all"]])
      user(id: ID): User
      users: [User!]
      account: Account
      nodes: [Node!]
      found: [Found]
      mood: Mood
      token: [[Token]]
      order: Order
    }
    type Mutation { change(to: Int): Int @authenticated  set(to: Int): Int }
    type User @key(fields: "id") {
      id: ID!
      name: String
      email(form: String): String @authenticated
      phone: String! @requiresScopes(scopes: [["phone"]])
      friends: [User!] @authenticated
      best: User
    }
    type Account @requiresScopes(scopes: [["account"]]) { id: ID!  balance: Int }
    interface Node { id: ID!  label: String  owner: User }
    type Shown implements Node { id: ID!  label: String  owner: User }
    type Hidden implements Node {
      id: ID!
      label: String @requiresScopes(scopes: [["label"]])
      owner: User @authenticated
    }
    type Secret implements Node @authenticated { id: ID!  label: String  owner: User }
    union Found = Shown | Account
    enum Mood @authenticated { GOOD BAD }
    scalar Token @authenticated
    type Order @key(fields: "number") { number: ID! @authenticated  total: Int }
  `,
  resolvers: {
    Query: {
      open: () => 1,
      signedIn: () => 2,
      sure: () => 3,
      scoped: () => 4,
      user: () => user,
      users: () => [user, { ...user, id: 'u-2', name: 'Ben' }],
      account: () => account,
      nodes: () => [
        { __typename: 'Shown', id: 's', label: 'seen', owner: user },
        { __typename: 'Hidden', id: 'h', label: 'unseen', owner: user },
      ],
      found: () => [{ __typename: 'Shown', id: 's', label: 'seen' }, account],
      mood: () => 'GOOD',
      token: () => [['t']],
      order: () => ({ number: 'o-1', total: 7 }),
    },
    Mutation: {
      change: (_: never, { to }: { to: number }) => to,
      set: (_: never, { to }: { to: number }) => to,
    },
    User: { best: () => user, friends: () => [user] },
  },
};

const user = { id: 'u-1', name: 'Ann', email: 'ann@example.com', phone: '123' };
const account = { __typename: 'Account', id: 'a', balance: 5 };

/** Has \`@key\` fields that are guarded where they are selected. */
const invoices = {
  sdl: `type Order @key(fields: "number") { number: ID! @authenticated  invoice: String }
    type User @key(fields: "id") {
      id: ID!
      phone: String! @external
      greeting: String @requires(fields: "phone") @requiresScopes(scopes: [["phone"]])
    }`,
  resolvers: {
    Order: {
      __resolveReference: (order: object) => order,
      invoice: ({ number }: { number: string }) => `invoice of ${number}`,
    },
    User: {
      __resolveReference: (one: object) => one,
      greeting: ({ phone }: { phone: string }) => `hello ${phone}`,
    },
  },
};

let federation: AuthorizedFederation;

beforeAll(async () => {
  federation = await authorized({ subgraphs: { shop, invoices } });
});

afterAll(async () => {
  await federation[Symbol.asyncDispose]();
});

const known: TestCaller = { sub: 'somebody' };

interface Row {
  readonly query: string;
  readonly caller?: TestCaller;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly data: unknown;
  readonly denied: readonly string[];
}

const rows: Readonly<Record<string, readonly Row[]>> = {
  'what is written on fields': [
    { query: '{ open signedIn }', data: { open: 1, signedIn: null }, denied: ['signedIn'] },
    { query: '{ a: open b: signedIn c: open }', data: { a: 1, b: null, c: 1 }, denied: ['b'] },
    { query: '{ open signedIn }', caller: known, data: { open: 1, signedIn: 2 }, denied: [] },
    {
      query: '{ open scoped }',
      caller: known,
      data: { open: 1, scoped: null },
      denied: ['scoped'],
    },
    { query: '{ scoped }', caller: { scope: 'read list' }, data: { scoped: 4 }, denied: [] },
    { query: '{ scoped }', caller: { scope: ['all'] }, data: { scoped: 4 }, denied: [] },
    { query: '{ scoped }', caller: { scp: ['all'] }, data: { scoped: 4 }, denied: [] },
    {
      query: '{ open scoped }',
      caller: { scope: 'read' },
      data: { open: 1, scoped: null },
      denied: ['scoped'],
    },
  ],
  'what is written on types': [
    {
      query: '{ open account { __typename id } }',
      data: { open: 1, account: null },
      denied: ['account'],
    },
    { query: '{ open mood }', data: { open: 1, mood: null }, denied: ['mood'] },
    { query: '{ open token }', data: { open: 1, token: null }, denied: ['token'] },
    { query: '{ token mood }', caller: known, data: { token: [['t']], mood: 'GOOD' }, denied: [] },
  ],
  'null where there may be none': [
    { query: '{ open sure }', data: null, denied: ['sure'] },
    {
      query: '{ open user { name phone } }',
      caller: known,
      data: { open: 1, user: null },
      denied: ['user.phone'],
    },
    {
      query: '{ users { name best { phone id } } }',
      caller: known,
      data: {
        users: [
          { name: 'Ann', best: null },
          { name: 'Ben', best: null },
        ],
      },
      denied: ['users.@.best.phone'],
    },
    {
      query: '{ open users { name phone } }',
      data: { open: 1, users: null },
      denied: ['users.@.phone'],
    },
  ],
  'selections of which nothing is left': [
    { query: '{ signedIn }', data: null, denied: ['signedIn'] },
    { query: '{ user { email } }', data: null, denied: ['user.email'] },
    {
      query: '{ open user { best { email } } }',
      data: { open: 1, user: null },
      denied: ['user.best.email'],
    },
    {
      query: '{ open user { __typename email } }',
      data: { open: 1, user: { __typename: 'User', email: null } },
      denied: ['user.email'],
    },
    {
      query: '{ __typename signedIn }',
      data: { __typename: 'Query', signedIn: null },
      denied: ['signedIn'],
    },
    {
      query: '{ user { email } ... on Query { user { name } } }',
      data: { user: { email: null, name: 'Ann' } },
      denied: ['user.email'],
    },
    {
      query: '{ user { ...E } ... on Query { user { name } } } fragment E on User { email }',
      data: { user: { email: null, name: 'Ann' } },
      denied: ['user.email'],
    },
  ],
  fragments: [
    {
      query: 'query { ...Part } fragment Part on Query { open signedIn }',
      data: { open: 1, signedIn: null },
      denied: ['signedIn'],
    },
    {
      query: 'query { open ...Part } fragment Part on Query { signedIn }',
      data: { open: 1, signedIn: null },
      denied: ['signedIn'],
    },
    {
      query: '{ open ... { ... on Query { signedIn } } }',
      data: { open: 1, signedIn: null },
      denied: ['signedIn'],
    },
    {
      query: '{ user { friends { ...Name } best { ...Name } } } fragment Name on User { name }',
      data: { user: { friends: null, best: { name: 'Ann' } } },
      denied: ['user.friends'],
    },
    {
      query: '{ a: user { ...Mail } b: users { ...Mail } } fragment Mail on User { name email }',
      data: {
        a: { name: 'Ann', email: null },
        b: [
          { name: 'Ann', email: null },
          { name: 'Ben', email: null },
        ],
      },
      denied: ['a.email', 'b.@.email'],
    },
  ],
  'interfaces and unions': [
    { query: '{ nodes { id } }', data: null, denied: ['nodes.@.id'] },
    {
      query: '{ nodes { __typename label } }',
      caller: known,
      data: {
        nodes: [
          { __typename: 'Shown', label: null },
          { __typename: 'Hidden', label: null },
        ],
      },
      denied: ['nodes.@.label'],
    },
    {
      query: '{ nodes { __typename label } }',
      caller: { scope: 'label' },
      data: {
        nodes: [
          { __typename: 'Shown', label: 'seen' },
          { __typename: 'Hidden', label: 'unseen' },
        ],
      },
      denied: [],
    },
    {
      query: '{ nodes { __typename ... on Shown { label } ... on Hidden { label } } }',
      data: {
        nodes: [
          { __typename: 'Shown', label: 'seen' },
          { __typename: 'Hidden', label: null },
        ],
      },
      denied: ['nodes.@.label'],
    },
    {
      query: '{ nodes { label ... on Shown { label } } }',
      data: { nodes: [{ label: 'seen' }, { label: null }] },
      denied: ['nodes.@.label'],
    },
    {
      query: '{ nodes { ... on Shown { owner { id } } owner { name } } }',
      data: { nodes: [{ owner: { id: 'u-1', name: null } }, { owner: null }] },
      denied: ['nodes.@.owner'],
    },
    {
      query:
        '{ nodes { ... on Shown { owner { id } } owner { ...U } } } fragment U on User { name }',
      data: { nodes: [{ owner: { id: 'u-1', name: null } }, { owner: null }] },
      denied: ['nodes.@.owner'],
    },
    {
      query:
        '{ nodes { ... on Shown { owner { ...U } } owner { ...U best { ...U } } } } fragment U on User { name }',
      data: { nodes: [{ owner: { name: 'Ann', best: null } }, { owner: null }] },
      denied: ['nodes.@.owner'],
    },
    {
      query: '{ nodes { ... on Shown { ... on Node { label } } } }',
      data: null,
      denied: ['nodes.@.label'],
    },
    {
      query: '{ nodes { ... on Secret { id } ... on Shown { id } } }',
      data: { nodes: [{ id: 's' }, {}] },
      denied: ['nodes.@.id'],
    },
    {
      query: '{ found { ... on Shown { label } ... on Account { balance } } }',
      data: { found: [{ label: 'seen' }, { balance: null }] },
      denied: ['found.@.balance'],
    },
    {
      query: '{ found { ... on Account { id } ... on Shown { label } } }',
      caller: known,
      data: { found: [{ label: 'seen' }, null] },
      denied: ['found.@.id'],
    },
  ],
  conditions: [
    {
      query: 'query ($no: Boolean!) { open signedIn @include(if: $no) }',
      variables: { no: false },
      data: { open: 1 },
      denied: [],
    },
    {
      query: 'query ($no: Boolean!) { open signedIn @include(if: $no) }',
      variables: { no: true },
      data: { open: 1, signedIn: null },
      denied: ['signedIn'],
    },
    {
      query: 'query ($no: Boolean!) { signedIn @include(if: $no) }',
      variables: { no: false },
      data: {},
      denied: [],
    },
    {
      query:
        'query ($a: Boolean!, $b: Boolean!) { user @include(if: $a) { email } ... @include(if: $b) { user { name } } }',
      variables: { a: true, b: false },
      data: { user: null },
      denied: ['user.email'],
    },
    {
      query:
        'query ($a: Boolean!, $b: Boolean!) { user @include(if: $a) { email } ... @include(if: $b) { user { name } } }',
      variables: { a: false, b: true },
      data: { user: { name: 'Ann' } },
      denied: [],
    },
  ],
  'keys that are guarded': [
    {
      query: '{ order { total invoice } }',
      data: { order: { total: 7, invoice: 'invoice of o-1' } },
      denied: [],
    },
    {
      query: '{ order { total number: number invoice } }',
      data: { order: null },
      denied: ['order.number'],
    },
    {
      query: '{ order { number: total invoice } }',
      data: { order: { number: 7, invoice: 'invoice of o-1' } },
      denied: [],
    },
    {
      query: '{ user { greeting phone: name } }',
      caller: { scope: 'phone' },
      data: { user: { greeting: 'hello 123', phone: 'Ann' } },
      denied: [],
    },
  ],
  'several operations': [
    { query: 'query { open }', data: { open: 1 }, denied: [] },
    {
      query: 'mutation { change(to: 5) set(to: 6) }',
      data: { change: null, set: 6 },
      denied: ['change'],
    },
    { query: 'mutation { change(to: 5) }', data: null, denied: ['change'] },
  ],
};

describe.each(Object.entries(rows))('%s', (_title, each) => {
  test.each(each)('$query', async ({ query, caller, variables, data, denied }) => {
    const answer = await federation.ask(query, caller, variables);
    expect(answer.paths).toEqual(denied);
    // As text, since the order of keys counts.
    expect(JSON.stringify(answer.data)).toBe(JSON.stringify(data));
  });
});

test('an error says what is meant, and the reply is right as HTTP', async () => {
  const accept = 'application/graphql-response+json';
  const { status, body } = await federation.send('{ users { email } open }', {}, { accept });
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      errors: [
        {
          message: 'Unauthorized field or type',
          path: ['users', '@', 'email'],
          extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
        },
      ],
      data: { users: null, open: 1 },
    },
  });
});

test('nothing of what is removed reaches a subgraph, nor a variable that it alone used', async () => {
  federation.takeAsked();
  const query =
    'query ($f: String, $id: ID) { user(id: $id) { name email(form: $f) phone best { friends { id } } } }';
  await federation.ask(query, undefined, { f: 'long', id: 'u-1' });
  const asked = federation.takeAsked();
  expect(asked).toMatch(/name/);
  expect(asked).not.toMatch(/email|phone|best|friends|form|long/);
});

test('of a document, only the operation that is asked for counts', async () => {
  await using one = await authorized({ subgraphs: { shop, invoices } });
  const query =
    'query Open { open ...P } query Closed { signedIn ...P } fragment P on Query { user { name } }';
  const url = one.gateway.url;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, operationName: 'Open' }),
  });
  expect(await response.json()).toEqual({ data: { open: 1, user: { name: 'Ann' } } });
});

test('nothing is fetched when nothing is left', async () => {
  federation.takeAsked();
  await federation.ask('{ signedIn user { email } }');
  expect(federation.takeAsked()).toBe('');
});
