import type { RequestListener } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { usableKeys } from '../../../src/auth/schemes/jwt/usable-keys.ts';
import { ask, counted, type Guarded, guarded } from '../../contracts/auth-scheme.ts';
import { type Issuer, signingKey, startIssuer } from '../../harness/issuer.ts';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const provider = 'gatehouse_authentication_provider_requests_total';

async function status(gateway: Guarded, token: string): Promise<number> {
  return (await ask(gateway, bearer(token))).status;
}

/** A gateway of one issuer that it may ask again at once, or by `keys` later. */
function gatewayOf(issuer: Issuer, keys: object = {}): Promise<Guarded> {
  return guarded({ own: { jwt: { issuer: issuer.url, keys: { cooldown: '1ms', ...keys } } } });
}

const keyFetches = ({ asked }: Issuer): number => asked.filter((path) => path === '/keys').length;

describe('keys of an issuer', () => {
  test('are replaced under load, and no request fails', async () => {
    await using issuer = await startIssuer();
    await using gateway = await gatewayOf(issuer);
    const statuses = new Set([await status(gateway, await issuer.token())]);
    let isRotating = true;
    const load = async () => {
      while (isRotating) statuses.add(await status(gateway, await issuer.token()));
    };
    const running = Array.from({ length: 4 }, load);
    for (let n = 0; n < 5; n += 1) {
      const [before, next] = [issuer.key, await signingKey(n % 2 ? 'ES256' : 'EdDSA')];
      issuer.keys = { keys: [before.publicJwk, next.publicJwk] };
      issuer.key = next;
      // All of the load goes over before the key of before is withdrawn with the next turn.
      for (let m = 0; m < 20; m += 1) statuses.add(await status(gateway, await issuer.token()));
    }
    isRotating = false;
    await Promise.all(running);
    expect([...statuses]).toEqual([200]);
    expect(keyFetches(issuer)).toBe(6);
  });

  test('end with their tokens once they are withdrawn', async () => {
    await using issuer = await startIssuer();
    await using gateway = await gatewayOf(issuer, { maxAge: '1ms' });
    const [token, next] = [await issuer.token(), await signingKey()];
    expect(await status(gateway, token)).toBe(200);
    issuer.keys = { keys: [next.publicJwk] };
    issuer.key = next;
    expect(await status(gateway, await issuer.token())).toBe(200);
    expect(await status(gateway, token)).toBe(401);
  });

  const broken: readonly (readonly [string, RequestListener | { readonly keys: unknown }])[] = [
    ['a status', (_request, response) => response.writeHead(500).end()],
    ['a page', (_request, response) => response.end('<html>')],
    ['nothing', (request) => request.socket.destroy()],
    [
      '100 MB',
      (_request, response) => response.writeHead(200, { 'content-length': 1e8 }).flushHeaders(),
    ],
    ['no end', (_request, response) => void endless(response)],
    ['no keys', { keys: { keys: [] } }],
    ['10,000 keys', { keys: { keys: Array.from({ length: 10_000 }, () => ({ kty: 'EC' })) } }],
    ['a list', { keys: [] }],
    ['shared secrets', { keys: { keys: [{ kty: 'oct', k: 'AAAA', kid: 'new' }] } }],
  ];

  test.each(broken)('stay when the issuer answers with %s', async (_what, how) => {
    await using issuer = await startIssuer();
    await using gateway = await gatewayOf(issuer, { maxAge: '1ms', timeout: '5s' });
    expect(await status(gateway, await issuer.token())).toBe(200);
    if (typeof how === 'function') issuer.answer = how;
    else issuer.keys = how.keys;
    expect(await status(gateway, await issuer.token({}, { kid: 'new' }))).toBe(401);
    for (let n = 0; n < 3; n += 1) expect(await status(gateway, await issuer.token())).toBe(200);
    expect((await counted(gateway, provider))['own failed']).toBeGreaterThan(0);

    const next = await signingKey();
    issuer.answer = undefined;
    issuer.keys = { keys: [next.publicJwk] };
    issuer.key = next;
    expect(await status(gateway, await issuer.token())).toBe(200);
  });

  test('are asked for no more often while the issuer is down, than the cooldown allows', async () => {
    await using issuer = await startIssuer();
    issuer.answer = (_request, response) => response.writeHead(503).end();
    await using gateway = await gatewayOf(issuer, { cooldown: '1h' });
    const token = await issuer.token();
    const all = Array.from({ length: 50 }, () => status(gateway, token));
    expect(new Set(await Promise.all(all))).toEqual(new Set([503]));
    expect(issuer.asked.length).toBe(1);
  });

  test('are discovered only from the issuer itself', async () => {
    await using issuer = await startIssuer();
    const jwks_uri = `${issuer.url}/keys`;
    issuer.answer = (_request, response) => {
      response.end(JSON.stringify({ issuer: 'https://evil.test', jwks_uri }));
    };
    await using gateway = await gatewayOf(issuer, { cooldown: '1h' });
    expect(await status(gateway, await issuer.token())).toBe(503);
    expect(keyFetches(issuer)).toBe(0);
  });

  test('of equal names are all tried, and so are all where a token names none', async () => {
    const [one, two] = [await signingKey(), await signingKey()];
    await using issuer = await startIssuer({ ...two, kid: one.kid });
    issuer.keys = { keys: [one.publicJwk, { ...two.publicJwk, kid: one.kid }] };
    await using gateway = await gatewayOf(issuer);
    expect(await status(gateway, await issuer.token())).toBe(200);
    expect(await status(gateway, await issuer.token({}, { kid: undefined as never }))).toBe(200);
  });
});

async function endless(response: Parameters<RequestListener>[1]): Promise<void> {
  const chunk = Buffer.alloc(65_536, ' ');
  while (!response.destroyed) {
    if (!response.write(chunk))
      await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
  }
}

describe('a key is not used', () => {
  const n = (value: bigint) =>
    Buffer.from(value.toString(16).padStart(512, '0'), 'hex').toString('base64url');
  const strong = (1n << 2047n) + 12_345n;
  const primes = [
    2n,
    3n,
    5n,
    7n,
    11n,
    13n,
    17n,
    19n,
    37n,
    53n,
    61n,
    71n,
    73n,
    79n,
    97n,
    103n,
    107n,
    109n,
    127n,
    151n,
    157n,
  ];
  const product = primes.reduce((all, prime) => all * prime, 1n);
  const weak = ((1n << 2047n) / product + 1n) * product + 1n;

  test.each([
    ['that is short', { n: n(1n << 511n), e: 'AQAB' }],
    ['with the exponent 1', { n: n(strong), e: 'AQ' }],
    ['with an even exponent', { n: n(strong), e: 'Ag' }],
    ['that can be factored (ROCA)', { n: n(weak), e: 'AQAB' }],
    ['without a modulus', { e: 'AQAB' }],
    ['with a modulus that is no text', { n: 7, e: 'AQAB' }],
    ['that is private', { n: n(strong), e: 'AQAB', d: 'AAAA' }],
  ])('%s', (_what, key) => {
    expect(usableKeys({ keys: [{ kty: 'RSA', ...key }] })).toEqual({
      problem: 'It has no key that can be used',
    });
    const good = { kty: 'RSA', n: n(strong), e: 'AQAB' };
    expect(usableKeys({ keys: [{ kty: 'RSA', ...key }, good] })).toEqual({ keys: [good] });
  });
});
