import { createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import type { GatewayInput } from '../../../src/config/schema.ts';
import {
  type AskingFixture,
  ask,
  askingSchemeContract,
  authSchemeContract,
  guarded,
  refusal,
} from '../../contracts/auth-scheme.ts';
import { send } from '../../harness/federation.ts';
import { type Issuer, signingKey, startIssuer } from '../../harness/issuer.ts';

type JwtInput = Extract<NonNullable<GatewayInput['auth']>[string], { jwt: unknown }>['jwt'];

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const answered = { status: 200, body: { data: { motto: 'onwards' } } };
const realm = 'Bearer realm="gatehouse"';

/** What is answered to a token that is refused. */
const refused = (message = 'The token is not valid') => ({
  status: 401,
  body: refusal(message),
  challenge: `${realm}, error="invalid_token", error_description="${message}"`,
});

const rolesClaim = { realm_access: { roles: ['staff'] } };

async function fixture(): Promise<AskingFixture> {
  const issuer = await startIssuer();
  const good = await issuer.token({ ...rolesClaim, scope: 'read write' });
  const bad = await issuer.token({ aud: 'another shop' });
  return {
    options: { jwt: { issuer: issuer.url, audience: 'shop', roles: 'realm_access.roles' } },
    good: bearer(good),
    bad: bearer(bad),
    secrets: [good, bad],
    challenge: realm,
    caller: {
      issuer: issuer.url,
      scopes: ['read', 'write'],
      roles: ['staff'],
      expiresAtMs: expect.any(Number) as never,
    },
    async spoil() {
      issuer.answer = (_request, response) => response.writeHead(500).end();
    },
    [Symbol.asyncDispose]: () => issuer[Symbol.asyncDispose](),
  };
}

describe('a signed token', () => {
  authSchemeContract(fixture);
  askingSchemeContract(fixture);

  test('without the scopes that the graph asks for is told of them', async () => {
    await using issuer = await startIssuer();
    const accepted = { schemes: ['own'], allow: { scopes: ['shop', 'read'] } };
    await using gateway = await guarded({ own: { jwt: { issuer: issuer.url } } }, accepted);
    const told = 'error="insufficient_scope", scope="shop read"';
    expect(await ask(gateway, bearer(await issuer.token({ scope: 'shop' })))).toEqual({
      status: 403,
      body: refusal('You are not allowed to do this', 'FORBIDDEN'),
      challenge: `${realm}, ${told}`,
    });
    expect(await ask(gateway, bearer(await issuer.token({ scope: 'read shop' })))).toEqual(
      answered,
    );
  });
});

test('a token is looked for in its places, and nowhere else', async () => {
  await using issuer = await startIssuer();
  const places = [{ header: 'Authorization' }, { cookie: 'token' }, { header: 'x-token' }];
  await using gateway = await guarded({ own: { jwt: { issuer: issuer.url, token: places } } });
  const token = await issuer.token();
  const right = [
    { authorization: `bearer ${token}` },
    { authorization: `Bearer  ${token}` },
    { cookie: `a=1; token=${token}; b=2` },
    { 'x-token': token },
    { 'x-token': `Bearer ${token}` },
  ];
  for (const headers of right) expect(await ask(gateway, headers)).toEqual(answered);
  const wrong = { cookie: `tokens=${token}; other=${token}`, 'x-other': token };
  expect(await ask(gateway, wrong)).toEqual(answered);
  const url = `${gateway.gateway.url}?access_token=${token}&token=${token}`;
  expect(await send(url, { query: '{ motto }' })).toMatchObject(answered);
  const subjects = gateway.callers.map((caller) => caller?.subject);
  expect(subjects).toEqual(['mira', 'mira', 'mira', 'mira', 'mira', undefined, undefined]);

  const repeated = 'The credentials are given more than once';
  const kind = 'The Authorization header is of no kind that is accepted here';
  const bad: readonly (readonly [Record<string, string>, string])[] = [
    [{ cookie: `token=${token}; token=a.b.c` }, repeated],
    [{ authorization: 'Basic YTpi' }, kind],
    [{ authorization: `Bearer${token}` }, kind],
    [{ authorization: 'Bearer' }, 'The token is malformed'],
    [{ authorization: `Bearer ${token} ${token}` }, 'The token is malformed'],
    [{ authorization: `Bearer ${token},${token}` }, 'The token is malformed'],
  ];
  for (const [headers, message] of bad) {
    expect(await ask(gateway, headers)).toEqual(refused(message));
  }
});

describe('a token has to be what is asked for', () => {
  type Row = readonly [Partial<JwtInput>, JWTPayload, { readonly typ?: string }, number];
  const type = 'at+jwt';
  const requiredClaims = ['client_id'];

  test.each([
    [{ type }, {}, { typ: 'at+jwt' }, 200],
    [{ type }, {}, { typ: 'application/AT+JWT' }, 200],
    [{ type }, {}, { typ: 'JWT' }, 401],
    [{ type }, {}, { typ: 'logout+jwt' }, 401],
    [{ type }, {}, {}, 401],
    [{ requiredClaims }, { client_id: 'app' }, {}, 200],
    [{ requiredClaims }, {}, {}, 401],
    [{ algorithms: ['ES256'] }, {}, {}, 200],
    [{ algorithms: ['RS256'] }, {}, {}, 401],
  ] as readonly Row[])(
    'of %j a token with %j and %j: %d',
    async (wanted, claims, header, status) => {
      await using issuer = await startIssuer();
      await using gateway = await guarded({ own: { jwt: { issuer: issuer.url, ...wanted } } });
      const token = await issuer.token(claims, header);
      expect((await ask(gateway, bearer(token))).status).toBe(status);
    },
  );
});

describe('several issuers', () => {
  async function two() {
    const [shop, bank] = [await startIssuer(), await startIssuer()];
    const gateway = await guarded({
      shop: { jwt: { issuer: shop.url } },
      bank: { jwt: { issuer: [bank.url, `${bank.url}/old`], keys: { url: `${bank.url}/keys` } } },
    });
    return {
      shop,
      bank,
      gateway,
      async [Symbol.asyncDispose]() {
        for (const each of [gateway, shop, bank]) await each[Symbol.asyncDispose]();
      },
    };
  }

  test('each vouch for their own, and no other for them', async () => {
    await using all = await two();
    const { shop, bank, gateway } = all;
    expect(await ask(gateway, bearer(await shop.token()))).toEqual(answered);
    expect(await ask(gateway, bearer(await bank.token()))).toEqual(answered);
    expect(await ask(gateway, bearer(await bank.token({ iss: `${bank.url}/old` })))).toEqual(
      answered,
    );
    expect(gateway.callers.map((caller) => [caller?.scheme, caller?.issuer])).toEqual([
      ['shop', shop.url],
      ['bank', bank.url],
      ['bank', `${bank.url}/old`],
    ]);
    for (const iss of [shop.url, 'https://nobody.test', [bank.url] as never]) {
      expect(await ask(gateway, bearer(await bank.token({ iss })))).toEqual(refused());
    }
  });
});

describe('keys from a file', () => {
  /** A folder with a file of keys, and a gateway that goes by it. */
  async function withFile(text: string) {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'));
    const file = join(folder, 'keys');
    await writeFile(file, text);
    const dispose = () => rm(folder, { recursive: true });
    try {
      const jwt = { issuer: 'https://idp.test', keys: { file } };
      const gateway = await guarded({ own: { jwt } });
      return {
        gateway,
        file,
        async [Symbol.asyncDispose]() {
          await gateway[Symbol.asyncDispose]();
          await dispose();
        },
      };
    } catch (failure) {
      await dispose();
      throw failure;
    }
  }

  const pem = ({ key }: Issuer) => {
    const publicKey = createPublicKey({ key: key.publicJwk, format: 'jwk' });
    return publicKey.export({ type: 'spki', format: 'pem' });
  };
  const iss = 'https://idp.test';

  test('are a key set or PEM, and a change is taken while it runs', async () => {
    await using issuer = await startIssuer();
    await using other = await startIssuer(await signingKey('RS256'));
    await using served = await withFile(JSON.stringify(issuer.keys));
    const { gateway, file } = served;
    expect(await ask(gateway, bearer(await issuer.token({ iss })))).toEqual(answered);
    expect(await ask(gateway, bearer(await other.token({ iss })))).toEqual(refused());

    const again = gateway.logged('A file of credentials was read again');
    await writeFile(file, pem(other));
    await again;
    expect(await ask(gateway, bearer(await other.token({ iss })))).toEqual(answered);
    expect(await ask(gateway, bearer(await issuer.token({ iss })))).toEqual(refused());

    const broken = gateway.logged('A file of credentials is refused');
    await writeFile(file, '{');
    await broken;
    expect(await ask(gateway, bearer(await other.token({ iss })))).toEqual(answered);
    expect(issuer.asked.concat(other.asked)).toEqual([]);
  });

  test.each([
    ['nothing', ''],
    ['no keys', '{"keys":[]}'],
    ['a shared secret', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----'],
  ])('are refused at the start where there is %s', async (_what, text) => {
    await expect(withFile(text)).rejects.toMatchObject({
      failure: 'configuration',
      problems: [{ code: 'CREDENTIALS_UNUSABLE', file: expect.stringContaining('keys') }],
    });
  });
});

test('claims are looked for as they are, and never in a prototype', async () => {
  await using issuer = await startIssuer();
  const roles = '__proto__.roles';
  await using gateway = await guarded({ own: { jwt: { issuer: issuer.url, roles } } });
  const claims: readonly JWTPayload[] = [
    { scope: ['read', 'write all', 7] },
    { scope: '  read   write ' },
    { scp: 'read write' },
    { scope: { nested: ['read'] }, scp: 'read' },
    { scope: [['read']] },
    JSON.parse('{ "__proto__": { "roles": ["root"], "scope": "all" } }'),
  ];
  for (const each of claims) await ask(gateway, bearer(await issuer.token(each)));
  expect(gateway.callers.map((caller) => [caller?.scopes, caller?.roles])).toEqual([
    [['read', 'write all'], []],
    [['read', 'write'], []],
    [['read', 'write'], []],
    [[], []],
    [[], []],
    [[], ['root']],
  ]);
});
