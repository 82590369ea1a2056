import { describe, expect, test } from '@jest/globals';
import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printSchema,
  validateSchema,
} from 'graphql';
import { type AuthorizedFederation, authorized, type TestCaller } from './authorized.ts';

const sdl = `
  type Query {
    open: Int
    user(by: UserFilter): User
    account: Account
    nodes: [Node]
    found: Found
    hidden: Hidden
    report: Report @policy(policies: [["staff"]])
  }
  type Mutation { pay(amount: Amount): Int @authenticated }
  input UserFilter { name: String }
  input Amount { minor: Int }
  type User { name: String  email: String @authenticated  friends: [User] @authenticated }
  type Account @requiresScopes(scopes: [["account"]]) { balance: Int  currency: Currency }
  enum Currency { EUR USD }
  interface Node { id: ID }
  type Shown implements Node { id: ID  colour: String }
  type Secret implements Node @authenticated { id: ID }
  union Found = Shown | Account
  type Hidden { only: Int @authenticated }
  type Report { total: Int }
`;

function start(): Promise<AuthorizedFederation> {
  const staff = 'caller.claims.staff == true';
  return authorized({
    subgraphs: { one: { sdl, resolvers: { Query: { open: () => 1 } } } },
    graphql: { introspection: 'filtered', authorization: { policies: { rules: { staff } } } },
  });
}

/** What a caller sees of the schema; it has to be a valid one, as GraphiQL and others want it. */
async function seenBy(federation: AuthorizedFederation, caller?: TestCaller): Promise<string> {
  const { data } = await federation.ask(getIntrospectionQuery(), caller);
  const schema = buildClientSchema(data as IntrospectionQuery);
  expect(validateSchema(schema)).toEqual([]);
  return printSchema(schema).replaceAll(/\s+/g, ' ');
}

describe('introspection shows what the caller may select', () => {
  test('to nobody in particular, to one who is logged in, and to one who has all', async () => {
    await using federation = await start();
    const all = await seenBy(federation, { scope: 'account', staff: true });
    const nobody = await seenBy(federation);
    const known = await seenBy(federation, { staff: true });
    expect(nobody).toBe(
      'union Found = Shown union Node = Shown ' +
        'type Query { open: Int user(by: UserFilter): User nodes: [Node] found: Found } ' +
        'type Shown { id: ID colour: String } type User { name: String } ' +
        'input UserFilter { name: String }',
    );
    expect(known).toContain('type Mutation { pay(amount: Amount): Int }');
    expect(known).toContain('interface Node { id: ID }');
    expect(known).toContain('report: Report');
    expect(known).not.toMatch(/Account|Currency/);
    expect(all).toMatch(/type Account .*enum Currency/);
    // Again, after all of the others.
    expect(await seenBy(federation)).toBe(nobody);
  });

  test('under __type too, and beside data', async () => {
    await using federation = await start();
    const query =
      '{ open __type(name: "Account") { name } user: __type(name: "User") { fields { name } } }';
    expect((await federation.ask(query)).data).toEqual({
      open: 1,
      __type: null,
      user: { fields: [{ name: 'name' }] },
    });
    expect((await federation.ask(query, { scope: 'account' })).data).toEqual({
      open: 1,
      __type: { name: 'Account' },
      user: { fields: [{ name: 'name' }, { name: 'email' }, { name: 'friends' }] },
    });
  });

  test('and what is denied is denied beside it', async () => {
    await using federation = await start();
    const answer = await federation.ask(
      '{ __typename user { email } __type(name: "Hidden") { name } }',
    );
    expect(answer.data).toEqual({ __typename: 'Query', user: null, __type: null });
    expect(answer.paths).toEqual(['user.email']);
  });
});

describe('names are suggested', () => {
  const query = '{ user { emial } acount { balance } opn }';
  const messages = async (federation: AuthorizedFederation, caller?: TestCaller) => {
    const { body } = await federation.ask(query, caller);
    return body.errors?.map(({ message }) => message);
  };
  const none = [
    'Cannot query field "emial" on type "User".',
    'Cannot query field "acount" on type "Query".',
  ];

  test('only where the caller may select them', async () => {
    await using federation = await start();
    const all = await messages(federation, { scope: 'account' });
    expect(all).toEqual([
      `${none[0]} Did you mean "email"?`,
      `${none[1]} Did you mean "account" or "found"?`,
      'Cannot query field "opn" on type "Query". Did you mean "open"?',
    ]);
    expect(await messages(federation)).toEqual([
      none[0],
      `${none[1]} Did you mean "found"?`,
      'Cannot query field "opn" on type "Query". Did you mean "open"?',
    ]);
    expect(await messages(federation, { scope: 'account' })).toEqual(all);
  });

  test('nowhere when that is switched off', async () => {
    const graphql = { introspection: 'filtered', suggestions: false } as const;
    await using federation = await authorized({ subgraphs: { one: { sdl } }, graphql });
    expect(await messages(federation, { scope: 'account' })).toEqual([
      ...none,
      'Cannot query field "opn" on type "Query".',
    ]);
  });
});
