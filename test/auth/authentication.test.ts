import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { type GatewayConfig, gatewayConfig } from '../../src/config/schema.ts';
import { unsafe } from '../../src/config/unsafe.ts';
import { GatewayError } from '../../src/errors.ts';
import type { Scheme } from '../../src/index.ts';
import { ask, counted, guarded, refusal } from '../contracts/auth-scheme.ts';
import { federate } from '../harness/federation.ts';
import { startIssuer } from '../harness/issuer.ts';
import { machines } from '../journeys/extension.example.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const answered = { status: 200, body: { data: { motto: 'onwards' } } };

/** Knows callers by a header, at once or later. */
function badge(isSlow = false): Scheme {
  return {
    challenge: 'Badge realm="shop"',
    authenticate({ headers }) {
      const name = headers['x-badge'];
      if (typeof name !== 'string') return undefined;
      if (name === 'broken') throw new TypeError('a secret of the scheme');
      if (name === 'forged') throw new GatewayError('UNAUTHENTICATED', 'The badge is forged');
      const caller = { subject: name, claims: { sub: name } };
      return isSlow ? Promise.resolve(caller) : caller;
    },
  };
}

describe('a scheme of a program of its own', () => {
  test.each([false, true])('names callers, and says what is wrong; slowly: %s', async (isSlow) => {
    await using gateway = await guarded({}, ['badge'], {}, { schemes: { badge: badge(isSlow) } });
    expect(await ask(gateway, { 'x-badge': 'mira' })).toEqual(answered);
    expect(gateway.callers).toEqual([
      { scheme: 'badge', subject: 'mira', claims: { sub: 'mira' } },
    ]);
    expect(await ask(gateway, { 'x-badge': 'forged' })).toEqual({
      status: 401,
      body: refusal('The badge is forged'),
      challenge: 'Badge realm="shop"',
    });
    expect(await ask(gateway, { 'x-badge': 'broken' })).toEqual({
      status: 500,
      body: refusal('Internal server error', 'INTERNAL_SERVER_ERROR'),
    });
    expect(await counted(gateway)).toEqual({
      'badge accepted': 1,
      'badge refused': 1,
      'badge unavailable': 1,
    });
  });

  test.each([
    [
      {},
      ['nobody'],
      { code: 'UNKNOWN_SCHEME', message: 'graphql.auth names "nobody", which is not under auth' },
    ],
    [
      { badge: { jwt: { issuer: 'https://idp.test' } } },
      ['badge'],
      {
        code: 'AMBIGUOUS_SCHEME',
        message: 'auth.badge is configured, and a scheme of this name was given to createGateway',
      },
    ],
  ])('has a name that is known once: %j', async (auth, accepted, problem) => {
    const starting = guarded(auth, accepted, {}, { schemes: { badge: badge() } });
    await expect(starting).rejects.toMatchObject({ failure: 'configuration', problems: [problem] });
  });
});

test('the worked example knows the machines of the shop', async () => {
  await using gateway = await guarded({}, ['machines'], {}, { schemes: { machines } });
  expect(await ask(gateway, { 'x-machine': 'till-7' })).toEqual(answered);
  expect(gateway.callers[0]?.subject).toBe('till-7');
});

describe('several schemes', () => {
  test('are asked in their order: the first that knows a credential decides', async () => {
    await using issuer = await startIssuer();
    const auth = { tokens: { jwt: { issuer: issuer.url, audience: 'shop' } } };
    const schemes = { badge: badge() };
    await using gateway = await guarded(auth, ['tokens', 'badge'], {}, { schemes });
    const [good, bad] = [await issuer.token(), await issuer.token({ aud: 'other' })];
    const foreign = await issuer.token({ iss: 'https://elsewhere.test' });
    const mine = { 'x-badge': 'mine' };
    expect(await ask(gateway, { ...mine, ...bearer(good) })).toEqual(answered);
    expect(await ask(gateway, { ...mine, ...bearer(foreign) })).toEqual(answered);
    expect(await ask(gateway, mine)).toEqual(answered);
    expect(gateway.callers.map((caller) => caller?.subject)).toEqual(['mira', 'mine', 'mine']);
    for (const token of [bad, foreign]) {
      const headers = token === bad ? { ...mine, ...bearer(token) } : bearer(token);
      expect(await ask(gateway, headers)).toEqual({
        status: 401,
        body: refusal('The token is not valid'),
        challenge:
          'Bearer realm="gatehouse", error="invalid_token", ' +
          'error_description="The token is not valid", Badge realm="shop"',
      });
    }
    expect(await counted(gateway)).toEqual({
      'tokens accepted': 1,
      'badge accepted': 2,
      'tokens refused': 2,
    });
  });

  test.each([
    ['Authorization', 'authorization', 'Bearer '],
    ['X-Token', 'x-token', ''],
    ['Cookie', 'cookie', 'token='],
  ])('do not choose between two lines of %s', async (name, same, before) => {
    await using issuer = await startIssuer();
    const places = [{ header: 'authorization' }, { header: 'x-token' }, { cookie: 'token' }];
    await using gateway = await guarded({ own: { jwt: { issuer: issuer.url, token: places } } });
    const token = `${before}${await issuer.token()}`;
    const headers = ['content-type', 'application/json', 'host', 'a'];
    const twice = [...headers, name, token, same, `${before}a.b.c`];
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const request = httpRequest(gateway.gateway.url, { method: 'POST', headers: twice });
    request.on('response', async (response) =>
      resolve([response.statusCode, await json(response)]),
    );
    request.end('{"query":"{ motto }"}');
    const body = refusal('The credentials are given more than once');
    expect(await promise).toEqual([401, body]);
  });
});

test('a caller whom a layer names is not asked for credentials', async () => {
  const seen: unknown[] = [];
  await using federation = await federate({
    subgraphs: { motto: { sdl: 'type Query { motto: String }' } },
    config: { graphql: { auth: { require: true } } },
    layers: {
      request: [
        (next) => (request, signal) =>
          next({ ...request, caller: { claims: { sub: 'layer' } } }, signal),
      ],
      subgraph: [
        (next) => (request, signal) => {
          seen.push(request.client.caller);
          return next(request, signal);
        },
      ],
    },
  });
  expect((await federation.send('{ motto }')).status).toBe(200);
  expect(seen).toEqual([{ claims: { sub: 'layer' } }]);
});

test('a reload changes who is let in, and keys that stay configured stay known', async () => {
  await using issuer = await startIssuer();
  await using gateway = await guarded({
    own: { jwt: { issuer: issuer.url, keys: { cooldown: '1h' } } },
  });
  const token = bearer(await issuer.token());
  expect(await ask(gateway, token)).toEqual(answered);
  const asked = [...issuer.asked];
  const { graphql } = gateway.config;
  const reload = (changes: Partial<GatewayConfig>) =>
    gateway.gateway.reload({ ...gateway.config, ...changes });

  const problems = [expect.objectContaining({ code: 'UNKNOWN_SCHEME' })];
  expect(await reload({ auth: {} })).toMatchObject({ outcome: 'refused', problems });
  expect(await ask(gateway, token)).toEqual(answered);
  expect(await reload({ graphql: { ...graphql, csrf: false } })).toMatchObject({
    outcome: 'swapped',
  });
  expect(await ask(gateway, token)).toEqual(answered);
  expect(issuer.asked).toEqual(asked);

  const { auth } = gatewayConfig.parse({
    auth: { own: { jwt: { issuer: issuer.url, audience: 'another shop' } } },
  });
  expect(await reload({ auth })).toMatchObject({ outcome: 'swapped' });
  expect(await ask(gateway, token)).toMatchObject({ status: 401 });
});

describe('claims as headers', () => {
  const rule = (name: string, claim: string) => ({ insert: { name, claim } });

  /** What a subgraph is sent under names with `user`. */
  async function sent(claims: object | undefined, headers: Record<string, string>) {
    await using issuer = await startIssuer();
    const request = [
      rule('x-user', 'sub'),
      rule('x-user-roles', 'realm.roles'),
      rule('x-user-scope', 'scope'),
      { propagate: { matching: 'user' } },
      { propagate: { named: 'x-alias', rename: 'x-user' } },
    ];
    const open = { headers: { request: [{ propagate: { matching: '.' } }] } };
    const config = {
      auth: { own: { jwt: { issuer: issuer.url } } },
      graphql: { auth: ['own'], subgraphs: { one: { headers: { request } }, two: open } },
    };
    const subgraphs = {
      one: { sdl: 'type Query { one: Int }' },
      two: { sdl: 'type Query { two: Int }' },
    };
    await using federation = await federate({ subgraphs, config });
    const credential = claims === undefined ? {} : bearer(await issuer.token({ ...claims }));
    expect((await federation.send('{ one two }', {}, { ...headers, ...credential })).status).toBe(
      200,
    );
    return ['one', 'two'].map((name) => {
      const all = Object.entries(federation.subgraphs[name]?.requests[0]?.headers ?? {});
      return Object.fromEntries(all.filter(([header]) => header.includes('user')));
    });
  }

  const copies = { 'x-user': 'root', X_User: 'root', 'x-user_roles': 'admin', 'x-alias': 'root' };

  test('tell subgraphs who calls, and a client has no say in it', async () => {
    const claims = { realm: { roles: ['staff', 'a,b', 7, { x: 1 }] }, scope: 'read write' };
    expect(await sent(claims, { ...copies, 'user-agent': 'test' })).toEqual([
      {
        'x-user': 'mira',
        'x-user-roles': 'staff,7',
        'x-user-scope': 'read write',
        'user-agent': 'test',
      },
      { 'user-agent': 'test' },
    ]);
  });

  test.each([undefined, { sub: 'a\r\nx-admin: 1', realm: { roles: [] }, scope: { a: 1 } }])(
    'are left out where there are none, or none that a header can carry',
    async (claims) => {
      expect(await sent(claims, { ...copies, 'user-agent': 'test' })).toEqual([
        { 'user-agent': 'test' },
        { 'user-agent': 'test' },
      ]);
    },
  );
});

test('what is not safe in production is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-auth-'));
  try {
    const file = join(folder, 'gatehouse.yaml');
    const text = `
production: true
auth:
  open: { jwt: { issuer: "http://idp.test" } }
  plain: { jwt: { issuer: https://idp.test, audience: a, keys: { url: "http://idp.test/keys" } } }
  fine: { jwt: { issuer: https://idp.test, audience: a } }
  ask: { introspection: { url: "http://idp.test/ask", clientId: a, clientSecret: b } }
  staff: { ldap: { url: "ldap://ldap.test", base: dc=test } }
  near: { jwt: { issuer: "http://localhost:8080", audience: a } }
graphql: { auth: [open, unknown] }
`;
    await writeFile(file, text);
    const warnings = unsafe(await loadConfig({ file, env: {} }));
    expect(warnings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '4 auth.open.jwt.audience: tokens that were made for others are accepted',
      '4 auth.open.jwt.issuer: who is on the way can put other keys in their place',
      '5 auth.plain.jwt.keys: who is on the way can put other keys in their place',
      '7 auth.ask.introspection.url: who is on the way can read tokens',
      '8 auth.staff.ldap.url: who is on the way can read passwords',
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
