import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { gatewayConfig } from '../../src/config/schema.ts';
import type { DecidePolicies, GatewayInput } from '../../src/index.ts';
import { listen } from '../harness/listen.ts';
import { authorized } from './authorized.ts';

const sdl = `type Query {
  open: Int
  staff: Int @policy(policies: [["staff"]])
  either: Int @policy(policies: [["staff", "paid"], ["owner"]])
}`;
const resolvers = { Query: { open: () => 1, staff: () => 2, either: () => 3 } };
const query = 'query Look { open staff either }';

type Policies = NonNullable<
  NonNullable<NonNullable<GatewayInput['graphql']>['authorization']>['policies']
>;

function start(policies: Policies, decide?: DecidePolicies) {
  return authorized({
    subgraphs: { one: { sdl, resolvers } },
    graphql: { authorization: { policies } },
    ...(decide && { policies: decide }),
  });
}

const nothing = { open: 1, staff: null, either: null };

describe('rules in CEL', () => {
  test('decide by the caller, the operation and the request', async () => {
    await using federation = await start({
      rules: {
        staff: 'caller.claims.department in ["support", "sales"] && caller.claims.level >= 2',
        owner:
          'operation.name == "Look" && request.headers["x-caller"] != "" && "own" in caller.scopes',
      },
    });
    const staff = { department: 'sales', level: 3 };
    expect((await federation.ask(query, staff)).data).toEqual({ ...nothing, staff: 2 });
    expect((await federation.ask(query, { scope: 'own' })).data).toEqual({ ...nothing, either: 3 });
    expect((await federation.ask(query, { department: 'sales', level: 1 })).data).toEqual(nothing);
    expect((await federation.ask(query)).data).toEqual(nothing);
  });

  test('need not ask for an identity', async () => {
    await using federation = await start({ rules: { staff: '!caller.authenticated' } });
    expect((await federation.ask('{ staff }')).data).toEqual({ staff: 2 });
    expect((await federation.ask('{ staff }', {})).data).toBeNull();
  });

  test.each([
    ['caller.claims.level >', 'Unexpected token: EOF'],
    ['caller.authenticated ? 2 : 3', 'It gives int, not a bool'],
    ['callers.level == 1', 'Unknown variable: callers'],
    ['[1, 2].all(a, [1].all(b, [1].all(c, true)))', 'It has loops within loops'],
    [Array(600).fill('true').join(' && '), 'maxAstNodes'],
  ])('are checked with the configuration: %s', (rule, message) => {
    const graphql = { authorization: { policies: { rules: { staff: rule } } } };
    const { error } = gatewayConfig.safeParse({ graphql });
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});

describe('a policy holds', () => {
  const guarded = {
    sdl: `type Query { node: Node  any: Any  thing: Thing  things: [Thing]  open: Int }
      interface Node { id: ID }
      type Thing implements Node @policy(policies: [["staff"]]) { id: ID  name: String }
      type Other implements Node { id: ID  name: String }
      union Any = Thing | Other`,
    resolvers: {
      Query: { node: () => thing, any: () => thing, thing: () => thing, things: () => [thing] },
    },
  };
  const thing = { __typename: 'Thing', id: 'a-secret', name: 'a-secret' };

  test.each([
    '{ open thing { id } }',
    '{ open mine: thing { name: id } }',
    '{ open things { id } }',
    '{ ...All } fragment All on Query { open thing { ...One } } fragment One on Thing { id }',
    '{ open ... @include(if: true) { thing { id } } }',
    '{ open node { id } }',
    '{ open node { ... on Thing { id } } }',
    '{ open node { __typename ... on Node { ... on Thing { open: name } } } }',
    '{ open any { ... on Thing { id } } }',
    '{ open any { ... on Node { id } } }',
    '{ open any { ... on Other { name } ... on Thing { name } } }',
  ])('%s', async (asked) => {
    await using federation = await authorized({
      subgraphs: { one: guarded },
      graphql: { authorization: { policies: { rules: { staff: '"staff" in caller.scopes' } } } },
    });
    const staff = await federation.ask(asked, { scope: 'staff' });
    expect(staff.paths).toEqual([]);
    expect(JSON.stringify(staff.data)).toContain('a-secret');
    for (const caller of [undefined, {}, { scope: ['staff member'] }]) {
      const other = await federation.ask(asked, caller);
      expect(other.paths).not.toEqual([]);
      expect(JSON.stringify(other)).not.toContain('a-secret');
    }
  });
});

describe('a function', () => {
  test('is asked once for all policies of an operation, and sees who asks', async () => {
    const calls: unknown[] = [];
    await using federation = await start({}, (policies, request) => {
      calls.push([policies, request.caller?.claims]);
      return { staff: true, paid: true };
    });
    expect((await federation.ask(query, { sub: 'a' })).data).toEqual({
      open: 1,
      staff: 2,
      either: 3,
    });
    expect((await federation.ask('{ open }')).data).toEqual({ open: 1 });
    expect(calls).toEqual([[['owner', 'paid', 'staff'], { sub: 'a' }]]);
  });

  test('leaves to the rules what it does not decide', async () => {
    await using federation = await start({ rules: { owner: 'true', staff: 'true' } }, async () => ({
      staff: false,
    }));
    expect((await federation.ask(query)).data).toEqual({ ...nothing, either: 3 });
  });

  const failures: Readonly<Record<string, DecidePolicies>> = {
    throws: () => Promise.reject(new Error('out of order')),
    'takes too long': () => new Promise(() => {}),
    'says anything but true': () => ({ staff: 'yes', owner: 1, paid: null }),
    'gives no decisions': () => undefined as never,
  };

  test('that does not decide denies all, whatever it does instead', async () => {
    let decide: DecidePolicies = () => ({ staff: true });
    await using federation = await start({ timeout: '50ms' }, (...asked) => decide(...asked));
    expect((await federation.ask(query)).data).toEqual({ ...nothing, staff: 2 });
    for (const [title, failure] of Object.entries(failures)) {
      decide = failure;
      const { data } = await federation.ask(query);
      expect({ title, data }).toEqual({ title, data: nothing });
    }
  });

  test('that fails is logged, and no rule is asked in its place', async () => {
    await using federation = await start({ rules: { staff: 'true' } }, () => {
      throw new Error('out of order');
    });
    expect((await federation.ask('{ open staff }')).data).toEqual({ open: 1, staff: null });
    const [line] = await federation.logged('Policies could not be decided');
    expect(line).toMatchObject({ policies: ['staff'], err: { message: 'out of order' } });
  });
});

describe('a service', () => {
  test('is asked once, as OPA is, for what has no rule', async () => {
    const seen: unknown[] = [];
    await using opa = await listen(async (request, response) => {
      seen.push({
        url: request.url,
        method: request.method,
        key: request.headers['x-key'],
        body: JSON.parse(await text(request)),
      });
      reply(response, { result: { staff: true, owner: false } });
    });
    const service = { url: `${opa.url}/v1/data/graph`, headers: { 'X-Key': 'k' } };
    await using federation = await start({ service, rules: { paid: 'true' } });
    const { data } = await federation.ask(query, { sub: 'a', scope: 'b c' });
    expect(data).toEqual({ open: 1, staff: 2, either: 3 });
    expect(seen).toEqual([
      {
        url: '/v1/data/graph',
        method: 'POST',
        key: 'k',
        body: {
          input: {
            policies: ['owner', 'staff'],
            caller: {
              authenticated: true,
              subject: '',
              issuer: '',
              scopes: ['b', 'c'],
              roles: [],
              claims: { sub: 'a', scope: 'b c' },
            },
            operation: { name: 'Look', kind: 'query' },
            request: { id: expect.any(String), method: 'POST', clientAddress: expect.any(String) },
          },
        },
      },
    ]);
  });

  test('decides anew for each request: what one caller was granted, the next is not', async () => {
    let isGranted = true;
    await using opa = await listen((_request, response) => {
      reply(response, { result: { staff: isGranted } });
    });
    await using federation = await start({ service: { url: opa.url } });
    expect((await federation.ask('{ open staff }')).data).toEqual({ open: 1, staff: 2 });
    isGranted = false;
    expect((await federation.ask('{ open staff }')).data).toEqual({ open: 1, staff: null });
  });

  const failures: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
    fails: (response) => response.writeHead(500).end('{"result":{"staff":true}}'),
    'knows no such policies': (response) => reply(response, {}),
    'breaks off': (response) => response.destroy(),
    'answers with no JSON': (response) => response.end('staff'),
    'answers with something else': (response) => reply(response, { result: [true] }),
    'answers with a prototype': (response) =>
      response.end('{"result":{"__proto__":{"staff":true}}}'),
  };

  test('that does not decide denies all, whatever it does instead', async () => {
    let answer: (response: ServerResponse) => unknown = (response) =>
      reply(response, { result: { staff: true } });
    await using opa = await listen((_request, response) => void answer(response));
    await using federation = await start({ service: { url: opa.url } });
    expect((await federation.ask('{ open staff }')).data).toEqual({ open: 1, staff: 2 });
    for (const [title, failure] of Object.entries(failures)) {
      answer = failure;
      const { data } = await federation.ask('{ open staff }');
      expect({ title, data }).toEqual({ title, data: { open: 1, staff: null } });
    }
  });

  test('that is silent denies all once time is up, and is let go', async () => {
    let released: Promise<unknown> | undefined;
    await using opa = await listen((request: IncomingMessage) => {
      released = once(request.socket, 'close');
    });
    await using federation = await start({ timeout: '100ms', service: { url: opa.url } });
    expect((await federation.ask('{ open staff }')).data).toEqual({ open: 1, staff: null });
    await released;
    const [line] = await federation.logged('Policies could not be decided');
    expect(line).toMatchObject({ policies: ['staff'] });
  });
});

test('policies on which nobody decides are denied and logged', async () => {
  await using federation = await start({});
  expect((await federation.ask('{ open staff }', { sub: 'a' })).data).toEqual({
    open: 1,
    staff: null,
  });
  const [line] = await federation.logged('Nobody decides on these policies');
  expect(line).toMatchObject({ policies: ['staff'] });
});

function reply(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}
