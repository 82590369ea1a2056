import { createHmac, createPublicKey, createSign, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Scheme } from '../../../src/auth/scheme.ts';
import { openJwt } from '../../../src/auth/schemes/jwt/jwt.ts';
import { jwtOptions } from '../../../src/auth/schemes/jwt/options.ts';
import type { Presented } from '../../../src/context.ts';
import { Disposer } from '../../../src/lib/disposer.ts';
import { ask, type Guarded, guarded, refusal } from '../../contracts/auth-scheme.ts';
import { type Issuer, signingKey, startIssuer } from '../../harness/issuer.ts';

const nowS = Math.floor(Date.now() / 1_000);
const encode = (value: unknown): string => {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(
    'base64url',
  );
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const answered = { status: 200, body: { data: { motto: 'onwards' } } };
const invalid = 'The token is not valid';

const rsa = await signingKey('RS256');
const wide = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, [
  'sign',
]);
const owned = new Disposer();
let issuer: Issuer;
let gateway: Guarded;

beforeAll(async () => {
  issuer = owned.use(await startIssuer());
  const wideJwk = { ...(await crypto.subtle.exportKey('jwk', wide.publicKey)), kid: 'wide' };
  issuer.keys = { keys: [issuer.key.publicJwk, rsa.publicJwk, wideJwk] };
  gateway = owned.use(
    await guarded({
      own: { jwt: { issuer: issuer.url, audience: ['shop', 'store'], keys: { cooldown: '1h' } } },
    }),
  );
  expect(await ask(gateway, bearer(await issuer.token()))).toEqual(answered);
  // The only fetch that the cooldown allows.
  expect(await ask(gateway, bearer(await issuer.token({}, { kid: 'none' })))).toMatchObject({
    status: 401,
  });
});

afterAll(() => owned[Symbol.asyncDispose]());

/** A token of this header and these claims, each JSON text or a value, signed as it should be. */
async function signed(header: unknown, claims: unknown): Promise<string> {
  const { privateKey, kid } = issuer.key;
  const usual = { iss: issuer.url, aud: 'shop', exp: nowS + 600 };
  const head = typeof header === 'string' ? header : { alg: 'ES256', kid, ...(header as object) };
  const body = typeof claims === 'string' ? claims : { ...usual, ...(claims as object) };
  const text = `${encode(head)}.${encode(body)}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const bytes = await crypto.subtle.sign(algorithm, privateKey as never, Buffer.from(text));
  return `${text}.${Buffer.from(bytes).toString('base64url')}`;
}

/** The way of a token that is refused: nothing is fetched for it, of keys or of data. */
async function expectRefused(token: string, message: string = invalid): Promise<void> {
  const [asked, called] = [issuer.asked.length, gateway.callers.length];
  const { status, body } = await ask(gateway, bearer(token));
  expect({ status, body }).toEqual({ status: 401, body: refusal(message) });
  expect([issuer.asked.length, gateway.callers.length]).toEqual([asked, called]);
}

const claims = () => encode({ iss: issuer.url, aud: 'shop', exp: nowS + 600 });
const signature = 'AAAA';

describe('signatures that are none', () => {
  test.each(['none', 'None', 'nOnE', undefined, 'HS256', 'RS1', 7, ['ES256'], {}])(
    'alg %j',
    async (alg) => {
      const { kid } = issuer.key;
      for (const end of ['', signature]) {
        await expectRefused(`${encode({ alg, kid })}.${claims()}.${end}`);
      }
    },
  );

  test.each(['RS256', 'ES256'])('HS256 with the public key of %s as its secret', async (name) => {
    const { publicJwk, kid } = name === 'RS256' ? rsa : issuer.key;
    const key = createPublicKey({ key: publicJwk, format: 'jwk' });
    const secrets = [
      key.export({ type: 'spki', format: 'pem' }),
      key.export({ type: 'spki', format: 'der' }),
      JSON.stringify(publicJwk),
    ];
    for (const secret of secrets) {
      const text = `${encode({ alg: 'HS256', kid })}.${claims()}`;
      const mac = createHmac('sha256', secret).update(text).digest('base64url');
      await expectRefused(`${text}.${mac}`);
    }
  });

  test('those of another form, of another curve, of another key', async () => {
    const [head, body, good = ''] = (await issuer.token()).split('.');
    const der = createSign('sha256').update(`${head}.${body}`);
    const other = await signingKey('EdDSA');
    const { kid } = issuer.key;
    const text = `${encode({ alg: 'EdDSA', kid })}.${claims()}`;
    const privateKey = await crypto.subtle.exportKey('pkcs8', other.privateKey as never);
    const pkcs8 = { key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' } as const;
    const ecKey = await crypto.subtle.exportKey('pkcs8', issuer.key.privateKey as never);
    const ec = { key: Buffer.from(ecKey), format: 'der', type: 'pkcs8' } as const;
    await expectRefused(`${head}.${body}.${der.sign(ec, 'base64url')}`);
    await expectRefused(`${text}.${sign(null, Buffer.from(text), pkcs8).toString('base64url')}`);
    await expectRefused(`${head}.${body}.${good.slice(0, -4)}AAAA`);
    await expectRefused(`${head}.${claims()}.${good}`);
    await expectRefused(`${encode({ alg: 'RS256', kid: rsa.kid })}.${body}.${good}`);
    await expectRefused(`${encode({ alg: 'ES384', kid })}.${body}.${good}`);
  });

  test('those of a key of another curve than the algorithm has', async () => {
    const text = `${encode({ alg: 'ES256', kid: 'wide' })}.${claims()}`;
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const bytes = await crypto.subtle.sign(algorithm, wide.privateKey, Buffer.from(text));
    for (const size of [96, 64]) {
      await expectRefused(`${text}.${Buffer.from(bytes.slice(0, size)).toString('base64url')}`);
    }
  });

  const [nothing, one] = ['00'.repeat(32), '1'.padStart(64, '0')];
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

  test.each([
    ['nothing', nothing + nothing],
    ['r nothing', nothing + one],
    ['s nothing', one + nothing],
    ['one', one + one],
    ['r the order of the curve', order + one],
    ['s the order of the curve', one + order],
    ['both the order of the curve', order + order],
    ['no byte', ''],
    ['a byte too few', one + one.slice(2)],
    ['a byte too many', `${one + one}00`],
  ])('numbers that are none: %s', async (_what, hex) => {
    const [head, body] = (await issuer.token()).split('.');
    await expectRefused(`${head}.${body}.${Buffer.from(hex, 'hex').toString('base64url')}`);
  });

  test('a good one with more behind it', async () => {
    const good = await issuer.token();
    const bytes = Buffer.from(good.split('.')[2] ?? '', 'base64url');
    const longer = Buffer.concat([bytes, Buffer.from([0])]).toString('base64url');
    await expectRefused(good.replace(/[^.]+$/, longer));
  });

  test.each([1, 2, 4, 5])('%d parts', async (parts) => {
    const all = [...(await issuer.token()).split('.'), 'AAAA', 'AAAA'];
    await expectRefused(all.slice(0, parts).join('.'));
  });
});

describe('headers that lead elsewhere', () => {
  test.each([
    '../../../../etc/passwd',
    "' OR 1=1 --",
    'http://127.0.0.1/keys',
    'a\u0000b',
    'k'.repeat(20_000),
    '',
    7,
    null,
    ['a'],
    { a: 1 },
  ])('kid %#', async (kid) => {
    await expectRefused(await signed({ kid }, {}));
  });

  test('keys that a token brings along are not used, nor asked for', async () => {
    const evil = await signingKey();
    const url = `${issuer.url}/evil`;
    for (const extra of [{ jwk: evil.publicJwk }, { jku: url }, { x5u: url }, { x5c: ['AAAA'] }]) {
      const good = issuer.key;
      issuer.key = { ...evil, kid: good.kid };
      const token = await issuer.token({}, extra as never);
      issuer.key = good;
      await expectRefused(token);
      expect(await ask(gateway, bearer(await issuer.token({}, extra as never)))).toEqual(answered);
    }
  });

  test.each([['made-up'], ['exp'], [], 'exp', ['b64']])('crit %j', async (crit) => {
    await expectRefused(await signed({ crit, 'made-up': 1, b64: false }, {}));
  });
});

describe('times', () => {
  const early = 'The token is not valid yet';
  const late = 'The token has expired';

  test.each([
    ['expired', { exp: nowS - 60 }, late],
    ['not yet valid', { nbf: nowS + 60 }, early],
    ['made in the future', { iat: nowS + 60 }, early],
    ['without an end', { exp: undefined }, invalid],
    ['that end in words', { exp: `${nowS + 600}` }, invalid],
    ['that end at nothing', { exp: null }, invalid],
    ['that begin in words', { nbf: 'now' }, invalid],
  ])('%s', async (_what, more, message) => {
    await expectRefused(await signed({}, more), message);
  });

  test('that no number is', async () => {
    const text = `{"iss":"${issuer.url}","aud":"shop","exp":1e400}`;
    await expectRefused(await signed({}, text));
  });

  test.each([
    { exp: nowS + 600.5 },
    { nbf: nowS - 1, iat: nowS },
    { exp: nowS + 1, iat: nowS + 3 },
  ])('within the leeway: %j', async (more) => {
    expect(await ask(gateway, bearer(await signed({}, more)))).toEqual(answered);
  });
});

test.each([
  [{ exp: -4 }, true],
  [{ exp: -5 }, false],
  [{ nbf: 5 }, true],
  [{ nbf: 6 }, false],
  [{ iat: 5 }, true],
  [{ iat: 6 }, false],
])('at the edge of the leeway, seconds from now: %j, %j', async (times, isGood) => {
  await using jwks = await startIssuer();
  await using scheme = await openedJwt(jwks, () => nowS * 1_000);
  const claims = Object.entries(times).map(([name, fromNow]) => [name, nowS + fromNow]);
  const token = await jwks.token(Object.fromEntries(claims));
  const outcome = Promise.resolve(scheme.authenticate(presented(token), signal));
  expect((await Promise.allSettled([outcome]))[0].status).toBe(isGood ? 'fulfilled' : 'rejected');
});

test('a token that was verified is good no longer than its leeway', async () => {
  let nowMs = nowS * 1_000;
  await using jwks = await startIssuer();
  await using scheme = await openedJwt(jwks, () => nowMs);
  const request = presented(await jwks.token({ exp: nowS + 60 }));
  expect((await scheme.authenticate(request, signal))?.subject).toBe('mira');
  nowMs += 64_999;
  expect((await scheme.authenticate(request, signal))?.subject).toBe('mira');
  nowMs += 1;
  await expect(scheme.authenticate(request, signal)).rejects.toMatchObject({ reason: 'expired' });
});

describe('for whom, and of whom', () => {
  test.each([
    { aud: undefined },
    { aud: 'Shop' },
    { aud: ['a', 'b'] },
    { aud: { shop: true } },
    { aud: null },
    { aud: '' },
    { iss: undefined },
    { iss: 'https://evil.test' },
  ])('refused: %j', async (more) => {
    await expectRefused(await signed({}, more));
  });

  test('an issuer that is nearly ours, or a list with ours', async () => {
    for (const iss of [`${issuer.url}/`, issuer.url.toUpperCase(), [issuer.url]]) {
      await expectRefused(await signed({}, { iss }));
    }
  });

  test('one of several audiences is enough; of equal claims, the last counts', async () => {
    for (const aud of ['store', ['evil', 'shop']]) {
      expect(await ask(gateway, bearer(await signed({}, { aud })))).toEqual(answered);
    }
    const twice = (first: string, second: string) =>
      signed({}, `{"iss":"${issuer.url}","aud":"${first}","aud":"${second}","exp":${nowS + 60}}`);
    await expectRefused(await twice('shop', 'evil'));
    expect(await ask(gateway, bearer(await twice('evil', 'shop')))).toEqual(answered);
  });
});

test.each(['[]', '7', 'null', '"text"', '{', '', '\u00ff{}'])(
  'claims that are %j',
  async (text) => {
    await expectRefused(await signed({}, text));
  },
);

test('a header that is too long is refused at the door', async () => {
  expect((await ask(gateway, bearer('a'.repeat(70_000)))).status).toBe(431);
});

test('10,000 tokens with unknown keys lead to one fetch, and nobody else is harmed', async () => {
  await using jwks = await startIssuer();
  let later = 0;
  await using scheme = await openedJwt(jwks, () => Date.now() + later);
  const good = await jwks.token({ exp: nowS + 86_400 });
  const [, body] = good.split('.');
  expect((await scheme.authenticate(presented(good), signal))?.subject).toBe('mira');
  later = 3_600_000;
  for (let n = 0; n < 10_000; n += 1) {
    const token = `${encode({ alg: 'ES256', kid: `${n}` })}.${body}.${signature}`;
    await expect(scheme.authenticate(presented(token), signal)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'ERR_JWKS_NO_MATCHING_KEY',
    });
    if (n % 1_000 === 0) expect(await scheme.authenticate(presented(good), signal)).toBeDefined();
  }
  expect(jwks.asked).toEqual(['/.well-known/openid-configuration', '/keys', '/keys']);
});

test('a token that was verified costs next to nothing', async () => {
  await using jwks = await startIssuer();
  await using scheme = await openedJwt(jwks);
  const request = presented(await jwks.token());
  await scheme.authenticate(request, signal);
  const rounds = 100_000;
  const before = process.cpuUsage();
  for (let n = 0; n < rounds; n += 1) {
    if (scheme.authenticate(request, signal) instanceof Promise) throw new Error('It waits');
  }
  const { user, system } = process.cpuUsage(before);
  const microseconds = (user + system) / rounds;
  process.stdout.write(
    `a token that was verified: ${microseconds.toFixed(2)} microseconds of CPU\n`,
  );
  expect(microseconds).toBeLessThan(20);
});

const { signal } = new AbortController();

function presented(token: string): Presented {
  const log = { note() {}, debug() {}, info() {}, warn() {}, error() {} };
  const headers = { host: 'shop.test', authorization: `Bearer ${token}` };
  return { headers, rawHeaders: Object.entries(headers).flat(), clientAddress: '127.0.0.1', log };
}

/** The scheme by itself; it may fetch once in an hour. */
function openedJwt({ url }: Issuer, now = Date.now): Promise<Scheme> {
  const options = jwtOptions.parse({ issuer: url, keys: { cooldown: '1h', maxAge: '1d' } });
  const observer = { authenticated() {}, asked() {} };
  return openJwt(options, { name: 'own', log: presented('').log, observer, now });
}
