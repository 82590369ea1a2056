import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { allowOptions } from '../../src/auth/rules/options.ts';
import { admission } from '../../src/auth/rules/rules.ts';
import type { Caller } from '../../src/context.ts';
import { GatewayError } from '../../src/errors.ts';
import { problemReply } from '../../src/respond/problem.ts';
import { ask, guarded, refusal } from '../contracts/auth-scheme.ts';

const request = {
  method: 'POST',
  url: '/orders/7?region=eu',
  headers: { 'x-region': 'eu' },
  clientAddress: '10.0.0.1',
};
const mira: Caller = {
  scheme: 'customers',
  subject: 'mira',
  roles: ['staff', 'buyer'],
  claims: {
    sub: 'mira',
    scope: 'read write',
    region: 'eu',
    age: 40,
    realm: { groups: ['a', 'b'] },
  },
};

/** 200, or the status of the refusal. */
function outcome(allow: unknown): number {
  try {
    admission(allowOptions.parse(allow))(mira, request);
    return 200;
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    return thrown.status;
  }
}

describe('a rule', () => {
  test.each([
    [{ roles: ['staff'] }, 200],
    [{ roles: ['admin', 'buyer'] }, 200],
    [{ roles: ['admin'] }, 403],
    [{ roles: ['STAFF'] }, 403],
    [{ scopes: ['read'] }, 200],
    [{ scopes: ['read', 'write'] }, 200],
    [{ scopes: ['read', 'delete'] }, 403],
    [{ scopes: ['read write'] }, 403],
    [{ scopes: [['delete'], ['read', 'write']] }, 200],
    [{ scopes: [['delete'], ['read', 'pay']] }, 403],
    [{ claims: { region: 'eu' } }, 200],
    [{ claims: { region: ['us', 'eu'] } }, 200],
    [{ claims: { region: 'us' } }, 403],
    [{ claims: { age: 40 } }, 200],
    [{ claims: { age: '40' } }, 403],
    [{ claims: { 'realm.groups': 'b' } }, 200],
    [{ claims: { 'realm.groups': ['c'] } }, 403],
    [{ claims: { region: 'eu', missing: true } }, 403],
    [{ claims: { constructor: 'x' } }, 403],
    [{ claims: { 'constructor.name': 'Object' } }, 403],
    [{ claims: { 'realm.__proto__.constructor.name': 'Object' } }, 403],
    [{ claims: { 'realm.groups.length': 2 } }, 403],
    [{ when: "caller.claims.__proto__.polluted == 'x'" }, 403],
    [{ when: 'has(caller.claims.constructor)' }, 403],
    [{ when: "request.headers['x-region'] == caller.claims.region" }, 200],
    [{ when: "request.method == 'POST' && request.path == '/orders/7'" }, 200],
    [{ when: "request.path.startsWith('/admin')" }, 403],
    [{ when: "'staff' in caller.roles && 'read' in caller.scopes" }, 200],
    [{ when: "request.clientAddress == '10.0.0.1'" }, 200],
    // What cannot be told is a no.
    [{ when: "caller.claims.nothing == 'x'" }, 403],
    [{ roles: ['staff'], scopes: ['read'], claims: { region: 'eu' }, when: 'true' }, 200],
    [{ roles: ['staff'], scopes: ['read'], claims: { region: 'us' }, when: 'true' }, 403],
    [{ roles: ['staff'], when: 'false' }, 403],
  ])('%j: %d', (allow, status) => {
    expect(outcome(allow)).toBe(status);
  });

  test('never lets in who is not known, and without conditions who is', () => {
    const closed = admission(undefined);
    expect(() => closed(undefined, request)).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED', status: 401 }),
    );
    expect(() => closed({ claims: {} }, request)).not.toThrow();
    const open = admission(allowOptions.parse({ when: 'true' }));
    expect(() => open(undefined, request)).toThrow(expect.objectContaining({ status: 401 }));
  });

  test.each([
    ['Bearer realm="x"', [['write', 'admin'], ['all']], 'scope="write admin"'],
    ['Bearer realm="x"', [['a"b']], undefined],
    ['Basic realm="x"', [['admin']], 'nothing'],
  ])('says to %s which of %j are missing', (challenge, scopes, scope) => {
    const admit = admission(allowOptions.parse({ scopes }));
    const told = ['Bearer realm="x"', 'error="insufficient_scope"', scope]
      .filter(Boolean)
      .join(', ');
    const headers = scope === 'nothing' ? {} : { 'www-authenticate': told };
    expect(() => admit(mira, request, () => challenge)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', headers }),
    );
    const other = admission(allowOptions.parse({ scopes: [['read']], roles: ['admin'] }));
    expect(() => other(mira, request, () => challenge)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', headers: {} }),
    );
  });

  test.each([
    [{}, 'Say who is allowed: roles, scopes, claims or when'],
    [{ roles: [] }, expect.stringContaining('Too small')],
    [{ when: 'caller.' }, expect.any(String)],
    [{ when: '1 + 1' }, 'It gives int, not a bool'],
    [{ roles: ['staff'], scope: ['read'] }, expect.stringContaining('scope')],
  ])('%j is no rule', (allow, message) => {
    expect(allowOptions.safeParse(allow).error?.issues).toMatchObject([{ message }]);
  });
});

test('a refusal that is no GraphQL is a problem, and its own words stay', () => {
  const options = { headers: { allow: 'GET' }, extensions: { status: 1, limit: 5 } };
  const reply = problemReply(
    new GatewayError('FORBIDDEN', 'You are not allowed to do this', options),
  );
  expect(reply).toMatchObject({
    status: 403,
    headers: { 'content-type': 'application/problem+json', allow: 'GET' },
  });
  expect(JSON.parse(reply.body)).toEqual({
    type: 'about:blank',
    status: 403,
    title: 'You are not allowed to do this',
    code: 'FORBIDDEN',
    limit: 5,
  });
});

test('a preflight is answered before anybody is asked who they are', async () => {
  const graphql = { cors: { origins: ['https://shop.test'] } };
  const accepted = { schemes: ['keys'], allow: { roles: ['staff'] } };
  await using gateway = await guarded({ keys: { apiKey: {} } }, accepted, { graphql });
  const headers = { origin: 'https://shop.test', 'access-control-request-method': 'POST' };
  const response = await fetch(gateway.gateway.url, { method: 'OPTIONS', headers });
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.test');
  const asked = await gateway.send('{ motto }', {}, { origin: 'https://shop.test' });
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([
    401,
    'https://shop.test',
  ]);
});

test.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'client-ip', 'true-client-ip'])(
  'where a caller is follows from no header: %s',
  async (name) => {
    const keys = { mira: { hash: `sha256:${hash('sha256', 'a-key')}` } };
    const when = "request.clientAddress == '127.0.0.1'";
    for (const [allow, status] of [
      [{ when }, 200],
      [{ when: `!(${when})` }, 403],
    ] as const) {
      const accepted = { schemes: ['keys'], allow };
      await using gateway = await guarded({ keys: { apiKey: { keys } } }, accepted);
      const said = name === 'forwarded' ? 'for=10.0.0.1' : '10.0.0.1';
      const asked = await ask(gateway, { 'x-api-key': 'a-key', [name]: said });
      expect(asked.status).toBe(status);
    }
  },
);

test('a graph can be for some callers alone', async () => {
  const key = (roles: string[]) => ({ hash: `sha256:${hash('sha256', roles.join())}`, roles });
  const keys = { mira: key(['staff']), other: key(['buyer']) };
  const accepted = { schemes: ['keys'], allow: { roles: ['staff'] } };
  await using gateway = await guarded({ keys: { apiKey: { keys } } }, accepted);
  const good = await ask(gateway, { 'x-api-key': 'staff' });
  expect(good).toEqual({ status: 200, body: { data: { motto: 'onwards' } } });
  const forbidden = refusal('You are not allowed to do this', 'FORBIDDEN');
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    const refused = await ask(gateway, { 'x-api-key': 'buyer', accept });
    expect(refused).toEqual({ status: 403, body: forbidden });
  }
  const challenge = 'ApiKey realm="gatehouse"';
  const body = refusal('Authentication is required');
  expect(await ask(gateway)).toEqual({ status: 401, body, challenge });
  expect(gateway.callers).toHaveLength(1);
});
