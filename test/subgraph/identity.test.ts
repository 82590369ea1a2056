import { generateKeyPairSync, hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { IdentityTokens } from '../../src/auth/identity-tokens/identity-tokens.ts';
import { identityTokenOptions } from '../../src/auth/identity-tokens/options.ts';
import type { GatewayInput } from '../../src/config/schema.ts';
import { StartupError } from '../../src/errors.ts';
import { type Federation, federate } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';

type Subgraphs = NonNullable<NonNullable<GatewayInput['graphql']>['subgraphs']>;

/** A request as a subgraph got it. */
interface Seen {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

let folder: string;
let keyFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  keyFile = await keyIn('own.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
});
afterAll(() => rm(folder, { recursive: true }));

async function keyIn(name: string, pem: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, pem);
  return file;
}

const key = (name: string, roles: string[]) => ({ hash: `sha256:${hash('sha256', name)}`, roles });
const keys = { mira: key('mira', ['staff']), lou: key('lou', ['staff']) };
const as = (name: string) => ({ 'x-api-key': name });

/** A gateway with one subgraph, or with more of the names given, all of which answer when told to. */
async function opened(subgraphs: Subgraphs) {
  const seen: Seen[] = [];
  let gate: PromiseWithResolvers<void> | undefined;
  const server = await listen(async (request, response) => {
    const body = (await json(request)) as Seen['body']; // the gateway sends objects
    seen.push({ headers: request.headers, body });
    await gate?.promise;
    response.setHeader('content-type', 'application/json');
    response.end('{"data":{"motto":"onwards"}}');
  });
  const federation = await federate({
    subgraphs: { a: { sdl: 'type Query { motto: String }', url: server.url } },
    config: { auth: { keys: { apiKey: { keys } } }, graphql: { auth: ['keys'], subgraphs } },
  });
  return {
    federation,
    seen,
    /** Sends one query for each, which are under way at once, and gives how many calls came of it. */
    async together(callers: readonly Readonly<Record<string, string>>[]): Promise<number> {
      await federation.send('{ motto }', {}, callers[0]);
      seen.splice(0);
      gate = Promise.withResolvers();
      const replies = callers.map((headers) => federation.send('{ motto }', {}, headers));
      while (inFlight(await metricsOf(federation)) < callers.length) await setImmediate();
      gate.resolve();
      for (const { body } of await Promise.all(replies)) {
        expect(body).toEqual({ data: { motto: 'onwards' } });
      }
      return seen.length;
    },
    async [Symbol.asyncDispose]() {
      gate?.resolve();
      await federation[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function metricsOf({ gateway }: Federation): Promise<string> {
  return (await fetch(`${gateway.adminUrl}/metrics`)).text();
}

/** Requests that were let in so far, but for the one before. */
function inFlight(metrics: string): number {
  const [, accepted = '0'] = /outcome="accepted"\} (\d+)/.exec(metrics) ?? [];
  const [, anonymous = '0'] = /outcome="anonymous"\} (\d+)/.exec(metrics) ?? [];
  return Number(accepted) + Number(anonymous) - 1;
}

async function keySet({ gateway }: Federation) {
  const response = await fetch(new URL('/.well-known/jwks.json', gateway.url));
  const set = (await response.json()) as JSONWebKeySet; // compared as a whole below
  return { type: response.headers.get('content-type'), set };
}

describe('claims in the request', () => {
  const subgraphs = { all: { identity: { extensions: { claims: ['sub', 'roles', 'nothing'] } } } };

  test('tell who calls, and are not there for who proved nothing', async () => {
    await using gateway = await opened(subgraphs);
    await gateway.federation.send('{ motto }', {}, as('mira'));
    await gateway.federation.send('{ motto }');
    const bodies = gateway.seen.map(({ body }) => body);
    const query = '{motto}';
    expect(bodies).toEqual([
      {
        query,
        variables: {},
        extensions: { gatehouse: { caller: { sub: 'mira', roles: ['staff'] } } },
      },
      { query, variables: {} },
    ]);
  });

  test('keep callers apart whose queries are equal, and share those of one', async () => {
    await using gateway = await opened(subgraphs);
    expect(await gateway.together([as('mira'), as('lou'), {}])).toBe(3);
  });

  test('share what one caller asks', async () => {
    await using gateway = await opened(subgraphs);
    expect(await gateway.together([as('mira'), as('mira'), as('lou')])).toBe(2);
  });

  test('are those of a block of its own, where a subgraph has one', async () => {
    const a = { identity: { extensions: { claims: ['roles'] } } };
    await using gateway = await opened({ ...subgraphs, a });
    await gateway.federation.send('{ motto }', {}, as('mira'));
    const [first] = gateway.seen;
    expect(first?.body['extensions']).toEqual({ gatehouse: { caller: { roles: ['staff'] } } });
  });
});

describe('a signed token', () => {
  const signing = (more = {}): Subgraphs => ({
    all: { identity: { token: { key: keyFile, claims: ['roles'], ...more } } },
  });

  test('says who calls, for one subgraph, and is checked with the keys of the gateway', async () => {
    await using gateway = await opened(signing());
    await gateway.federation.send('{ motto }', {}, as('mira'));
    const token = String(gateway.seen[0]?.headers['gatehouse-identity']);
    const { type, set } = await keySet(gateway.federation);
    expect(type).toBe('application/jwk-set+json');
    expect(set.keys).toEqual([
      expect.objectContaining({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }),
    ]);
    expect(JSON.stringify(set)).not.toContain('"d"');
    const { url } = gateway.federation.gateway;
    const posted = await fetch(new URL('/.well-known/jwks.json', url), { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const expected = { issuer: 'gatehouse', audience: 'a' };
    const { payload } = await jwtVerify(token, createLocalJWKSet(set), expected);
    const { iat = 0, exp = 0, ...claims } = payload;
    expect(claims).toEqual({
      iss: 'gatehouse',
      aud: 'a',
      sub: 'mira',
      scheme: 'keys',
      roles: ['staff'],
    });
    expect(exp - iat).toBeGreaterThanOrEqual(60);
    expect(exp - iat).toBeLessThanOrEqual(61);
  });

  test('serves for several calls, and is not sent for who proved nothing', async () => {
    await using gateway = await opened(signing());
    for (const headers of [as('mira'), as('mira'), as('lou'), {}]) {
      await gateway.federation.send('{ motto }', {}, headers);
    }
    const [one, two, three, none] = gateway.seen.map(
      ({ headers }) => headers['gatehouse-identity'],
    );
    expect(one).toBe(two);
    expect(three).not.toBe(one);
    expect(none).toBeUndefined();
  });

  test('keeps callers apart whose queries are equal, and shares those of one', async () => {
    await using gateway = await opened(signing());
    expect(await gateway.together([as('mira'), as('lou'), {}])).toBe(3);
  });

  test.each([{}, { header: 'authorization' }])(
    'is never one that a client sent: %j',
    async (more) => {
      const name = more.header ?? 'gatehouse-identity';
      const all = {
        ...signing(more).all,
        headers: { request: [{ propagate: { matching: '.*' } }] },
      };
      await using gateway = await opened({ all });
      const forged = { [name]: 'Bearer forged', gatehouse_identity: 'forged' };
      await gateway.federation.send('{ motto }', {}, forged);
      await gateway.federation.send('{ motto }', {}, { ...forged, ...as('mira') });
      const [anonymous, known] = gateway.seen.map(({ headers }) => headers);
      expect(JSON.stringify(anonymous)).not.toContain(
        name === 'authorization' ? 'Bearer' : 'forged',
      );
      const token = String(known?.[name]).replace(/^Bearer /, '');
      expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'JWT' });
    },
  );

  test('has no keys to show where none is wanted', async () => {
    await using gateway = await opened({});
    const response = await fetch(new URL('/.well-known/jwks.json', gateway.federation.gateway.url));
    expect(response.status).toBe(404);
  });
});

describe('tokens of one subgraph', () => {
  const caller = { subject: 'mira', claims: {} };

  async function tokens(now: () => number, more = {}) {
    const options = identityTokenOptions.parse({ key: keyFile, ...more });
    const opened = await IdentityTokens.open({ options, subgraph: 'a', now });
    return async (of: Parameters<typeof opened.headerFor>[0]) => {
      const { 'gatehouse-identity': token = '' } = await opened.headerFor(of);
      const [, payload = ''] = token.split('.');
      return { token, ...JSON.parse(Buffer.from(payload, 'base64url').toString()) };
    };
  }

  test('are signed anew before they end, and end with the proof of the caller', async () => {
    let nowMs = 1_000_000_000;
    const of = await tokens(() => nowMs);
    const first = await of(caller);
    expect(first).toMatchObject({ iat: 1_000_000, exp: 1_000_060 });
    nowMs += 47_000;
    expect((await of(caller)).token).toBe(first.token);
    nowMs += 2_000;
    const second = await of(caller);
    expect(second).toMatchObject({ iat: 1_000_049, exp: 1_000_109 });
    // It would outlive what proves this caller.
    expect(await of({ ...caller, expiresAtMs: nowMs + 5_000 })).toMatchObject({ exp: 1_000_054 });
  });

  test.each([
    ['ed25519', 'EdDSA', {}],
    ['rsa', 'RS256', { modulusLength: 2_048 }],
  ] as const)('are signed by the key that there is: %s', async (kind, alg, details) => {
    const { privateKey } = generateKeyPairSync(kind as 'rsa', details as { modulusLength: number }); // of both kinds
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const of = await tokens(Date.now, { key: await keyIn(kind, pem) });
    expect(decodeProtectedHeader((await of(caller)).token)).toMatchObject({ alg });
  });

  test('need a key that can sign', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const weak = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const open = String(publicKey.export({ type: 'spki', format: 'pem' }));
    const cases = [
      [weak, 'it is not P-256, Ed25519, or RSA of 2048 bits or more'],
      [open, 'it has no private key in PEM'],
    ] as const;
    for (const [pem, reason] of cases) {
      const file = await keyIn('unfit.pem', pem);
      const failed = tokens(Date.now, { key: file });
      await expect(failed).rejects.toBeInstanceOf(StartupError);
      const message = `The key of identity tokens cannot be used: ${reason}`;
      const problems = [{ code: 'SIGNING_KEY_UNUSABLE', message, file }];
      await expect(failed).rejects.toMatchObject({ problems });
    }
  });
});
