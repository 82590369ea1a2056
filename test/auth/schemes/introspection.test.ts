import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openIntrospection } from '../../../src/auth/schemes/introspection/introspection.ts';
import { introspectionOptions } from '../../../src/auth/schemes/introspection/options.ts';
import { Disposer } from '../../../src/lib/disposer.ts';
import {
  type AskingFixture,
  ask,
  askingSchemeContract,
  authSchemeContract,
  type Guarded,
  guarded,
  refusal,
} from '../../contracts/auth-scheme.ts';
import { testLog } from '../../edge/small-gateway.ts';
import { listen } from '../../harness/listen.ts';
import { gatewayClient, startOpenidProvider } from '../../harness/openid-provider.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const answered = { status: 200, body: { data: { motto: 'onwards' } } };
const challenge = 'Bearer realm="gatehouse"';
const refused = { status: 401, body: refusal('The token is not valid') };
const asks = (asked: readonly string[]) => asked.filter((path) => path.endsWith('introspection'));

async function fixture(): Promise<AskingFixture> {
  const provider = await startOpenidProvider();
  const good = await provider.token('opaque');
  return {
    options: {
      introspection: {
        url: `${provider.url}/token/introspection`,
        ...gatewayClient,
        issuer: provider.url,
        audience: 'shop',
        requiredScopes: ['read'],
      },
    },
    good: bearer(good),
    bad: bearer('a-token-that-nobody-made'),
    secrets: [good, 'a-token-that-nobody-made', gatewayClient.clientSecret],
    challenge,
    caller: {
      issuer: provider.url,
      scopes: ['read', 'write'],
      expiresAtMs: expect.any(Number) as never,
    },
    async spoil() {
      provider.answer = (request) => request.socket.destroy();
    },
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}

authSchemeContract(fixture);
askingSchemeContract(fixture);

test('a token is asked about once, and a good one again before long', async () => {
  await using provider = await startOpenidProvider();
  const url = `${provider.url}/token/introspection`;
  const options = { url, ...gatewayClient, method: 'post', cache: { active: '1ms' } } as const;
  await using brief = await guarded({ own: { introspection: options } });
  await using usual = await guarded({ own: { introspection: { url, ...gatewayClient } } });
  const token = await provider.token('opaque');
  const all = Array.from({ length: 20 }, () => ask(usual, bearer(token)));
  expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([200]));
  for (const _ of [1, 2, 3]) {
    expect(await ask(usual, bearer('nobody-made-it'))).toMatchObject(refused);
  }
  expect(asks(provider.asked).length).toBe(2);

  expect(await ask(brief, bearer(token))).toEqual(answered);
  await provider.revoke(token);
  expect(await ask(brief, bearer(token))).toMatchObject(refused);
  expect(await ask(usual, bearer(token))).toEqual(answered);
  expect(asks(provider.asked).length).toBe(4);
});

test('what is known of a token ends with it', async () => {
  let nowMs = 1_800_000_000_000;
  let asked = 0;
  await using server = await listen((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ active: true, sub: 'mira', exp: 1_800_000_010 }));
  });
  const options = introspectionOptions.parse({ url: server.url, ...gatewayClient });
  const log = testLog();
  const observer = { authenticated() {}, asked() {} };
  const setup = { name: 'own', log, observer, now: () => nowMs };
  await using scheme = await openIntrospection(options, setup);
  const { signal } = new AbortController();
  const presented = { headers: bearer('a-token'), clientAddress: '', log };
  expect((await scheme.authenticate(presented, signal))?.subject).toBe('mira');
  nowMs += 9_999;
  expect((await scheme.authenticate(presented, signal))?.subject).toBe('mira');
  expect(asked).toBe(1);
  nowMs += 1;
  await expect(scheme.authenticate(presented, signal)).rejects.toMatchObject({ reason: 'expired' });
  expect(asked).toBe(2);
});

test('signed tokens of the provider are read, and others asked about', async () => {
  await using provider = await startOpenidProvider();
  const introspection = { url: `${provider.url}/token/introspection`, ...gatewayClient };
  const jwt = { issuer: provider.url, audience: 'shop', type: 'at+jwt' };
  const keys = { cooldown: '1ms' };
  await using gateway = await guarded({
    signed: { jwt: { ...jwt, keys } },
    other: { introspection },
  });
  expect(await ask(gateway, bearer(await provider.token('jwt')))).toEqual(answered);
  expect(await ask(gateway, bearer(await provider.token('opaque')))).toEqual(answered);
  expect(gateway.callers.map((caller) => caller?.scheme)).toEqual(['signed', 'other']);
  expect(await ask(gateway, bearer('nobody-made-it'))).toMatchObject(refused);

  await provider.rotate();
  const later = await provider.token('jwt');
  expect(await ask(gateway, bearer(later))).toEqual(answered);
  provider.answer = (request) => request.socket.destroy();
  expect(await ask(gateway, bearer(later))).toEqual(answered);
});

describe('what a server says of a token', () => {
  const owned = new Disposer();
  let gateway: Guarded;
  let answer: (response: ServerResponse) => void;
  let tokens = 0;

  beforeAll(async () => {
    const server = owned.use(await listen((_request, response) => answer(response)));
    const wanted = { issuer: 'us', audience: 'shop', requiredScopes: ['read'] };
    const introspection = { url: server.url, ...gatewayClient, ...wanted };
    gateway = owned.use(await guarded({ own: { introspection } }));
  });

  afterAll(() => owned[Symbol.asyncDispose]());

  /** What becomes of a token that was not seen before. */
  function answeredWith(status: number, type: string, body: string) {
    answer = (response) => response.writeHead(status, { 'content-type': type }).end(body);
    tokens += 1;
    return ask(gateway, bearer(`token-${tokens}`));
  }

  test.each([
    ['is not active', { active: false }, 401],
    ['is of somebody else', { iss: 'https://elsewhere.test' }, 401],
    ['is of nobody', { iss: undefined }, 401],
    ['is for others', { aud: ['a', 'b'] }, 401],
    ['is for nobody', { aud: undefined }, 401],
    ['has too few scopes', { scope: 'reader' }, 401],
    ['has ended', { exp: 1 }, 401],
    ['has not begun', { nbf: 9_999_999_999 }, 401],
    ['ends at no time', { exp: 'tomorrow' }, 401],
    ['is good', { aud: ['a', 'shop'], scope: 'write read', exp: 9_999_999_999 }, 200],
    ['is a riddle', { active: 'true' }, 503],
  ])('it %s', async (_what, more, status) => {
    const claims = { active: true, iss: 'us', aud: 'shop', scope: 'read', ...more };
    const reply = await answeredWith(200, 'application/json', JSON.stringify(claims));
    expect(reply.status).toBe(status);
  });

  test.each([
    ['a page', 200, 'text/html', '<html>'],
    ['a list', 200, 'application/json', '[]'],
    ['too much', 200, 'application/json', ' '.repeat(200_000)],
    ['a refusal of the gateway', 401, 'application/json', '{"error":"invalid_client"}'],
    ['a failure', 500, 'text/plain', 'sorry'],
  ])('%s says nothing: the token is not accepted', async (_what, status, type, body) => {
    expect(await answeredWith(status, type, body)).toEqual({
      status: 503,
      body: refusal('Tokens cannot be checked at the moment', 'SERVICE_UNAVAILABLE'),
    });
  });
});
