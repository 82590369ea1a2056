import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { certificateFacts } from '../../../src/auth/schemes/mtls/certificate.ts';
import { ForwardedCertificates } from '../../../src/auth/schemes/mtls/forwarded-certificate.ts';
import type { GatewayInput } from '../../../src/config/schema.ts';
import {
  ask,
  authSchemeContract,
  type Guarded,
  guarded,
  refusal,
  type SchemeFixture,
} from '../../contracts/auth-scheme.ts';
import { post, rawTlsClient } from '../../edge/raw-client.ts';
import { Authority, type Certificate } from '../../harness/certificates.ts';
import { startIssuer } from '../../harness/issuer.ts';

const challenge = 'ClientCertificate realm="gatehouse"';
const allow = [{ subject: 'CN=mira,O=Shop', roles: ['staff'] }];
const answered = { data: { motto: 'onwards' } };
const loopback = { header: { from: ['127.0.0.0/8', '::1'] } };
let authority: Authority;
let own: Certificate;
let mira: Certificate;

beforeAll(async () => {
  authority = await Authority.open();
  own = await authority.issue({ names: 'IP:127.0.0.1' });
  mira = await authority.issue({
    subject: '/O=Shop/CN=mira',
    names: 'URI:spiffe://shop.test/mira',
  });
});
afterAll(() => authority[Symbol.asyncDispose]());

/** A certificate as a proxy passes it on. */
function forwarded({ cert }: Certificate): string {
  return `:${new X509Certificate(cert).raw.toString('base64')}:`;
}

describe('a certificate that a proxy passes on', () => {
  async function fixture(): Promise<SchemeFixture> {
    const bad = await authority.issue({ subject: '/O=Shop/CN=other' });
    const facts = certificateFacts(new X509Certificate(mira.cert).raw);
    return {
      options: { mtls: { allow, name: 'commonName', ...loopback } },
      good: { 'client-cert': forwarded(mira) },
      bad: { 'client-cert': forwarded(bad) },
      secrets: [forwarded(mira), forwarded(bad)],
      challenge,
      caller: {
        issuer: 'CN=authority',
        expiresAtMs: Date.parse('2049-12-31T00:00:00Z'),
        claims: {
          sub: 'mira',
          iss: 'CN=authority',
          nbf: Date.parse('2020-01-01T00:00:00Z') / 1_000,
          exp: Date.parse('2049-12-31T00:00:00Z') / 1_000,
          roles: ['staff'],
          subject: 'CN=mira,O=Shop',
          serial: facts.serial,
          fingerprint: facts.fingerprint,
          sans: { dns: [], uri: ['spiffe://shop.test/mira'], email: [] },
        },
      },
      async [Symbol.asyncDispose]() {},
    };
  }

  authSchemeContract(fixture);

  test('means nothing from others, and nothing unless it is configured', async () => {
    const headers = { 'client-cert': forwarded(mira) };
    for (const options of [{ header: { from: ['10.0.0.0/8'] } }, {}]) {
      await using gateway = await guarded({ own: { mtls: { allow, ...options } } });
      expect(await ask(gateway, headers)).toEqual({ status: 200, body: answered });
      expect(gateway.callers).toEqual([undefined]);
    }
  });

  test.each([
    ['text that is no certificate', ':bm90IG9uZQ==:', 'The client certificate cannot be read'],
    ['no byte sequence', 'Subject="CN=mira"', 'The forwarded certificate is malformed'],
    ['none at all', '', 'The forwarded certificate is malformed'],
  ])('is refused as %s', async (_what, value, message) => {
    await using gateway = await guarded({ own: { mtls: { allow, ...loopback } } });
    const refused = { status: 401, body: refusal(message), challenge };
    expect(await ask(gateway, { 'client-cert': value })).toEqual(refused);
  });

  test.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['11.1.2.3', false],
    ['fd00::1', true],
    ['fd01::1', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['', false],
  ])('counts from %j: %j', (clientAddress, counts) => {
    const from = ['10.0.0.0/8', 'fd00::/16', '192.0.2.7'];
    const forwarded = new ForwardedCertificates({ name: 'client-cert', from });
    expect(forwarded.isProxy({ clientAddress })).toBe(counts);
  });

  test('is refused once it has expired', async () => {
    const old = await authority.issue({ subject: '/O=Shop/CN=mira', lastYear: 2021 });
    await using gateway = await guarded({ own: { mtls: { allow, ...loopback } } });
    const body = refusal('The client certificate has expired');
    const headers = { 'client-cert': forwarded(old) };
    expect(await ask(gateway, headers)).toEqual({ status: 401, body, challenge });
  });
});

describe('a certificate that a client shows', () => {
  function open(auth: NonNullable<GatewayInput['auth']>): Promise<Guarded> {
    const tls = { ...own, clientCa: authority.cert };
    return guarded(auth, undefined, {
      server: { listen: [{ host: '127.0.0.1', port: 0, tls }] },
    });
  }

  /** Asks over one connection, once for each list of header lines. */
  async function askedBy(
    gateway: Guarded,
    certificate: Partial<Certificate>,
    ...requests: readonly (readonly string[])[]
  ) {
    const { port } = new URL(gateway.gateway.url);
    const options = { ca: authority.cert, host: '127.0.0.1', ...certificate };
    await using client = await rawTlsClient(Number(port), options);
    const answers = [];
    for (const lines of requests) {
      client.send(post('{"query":"{ motto }"}', lines));
      const { status, body } = await client.answer();
      answers.push([status, JSON.parse(body)]);
    }
    return answers;
  }

  test('proves who calls, for all requests of its connection', async () => {
    await using gateway = await open({ own: { mtls: { allow } } });
    expect(gateway.gateway.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/graphql$/);
    expect(await askedBy(gateway, mira, [], [])).toEqual([
      [200, answered],
      [200, answered],
    ]);
    const caller = { scheme: 'own', subject: 'CN=mira,O=Shop', roles: ['staff'] };
    expect(gateway.callers).toEqual([
      expect.objectContaining(caller),
      expect.objectContaining(caller),
    ]);
    // It is one and the same: the certificate was read once.
    expect(gateway.callers[0]).toBe(gateway.callers[1]);
    expect(await askedBy(gateway, {}, [])).toEqual([[200, answered]]);
    expect(gateway.callers[2]).toBeUndefined();
  });

  test('is refused when no authority vouches for it, and never anonymous', async () => {
    await using stranger = await Authority.open();
    await using gateway = await open({ own: { mtls: {} } });
    const bad = [
      await stranger.issue({ subject: '/O=Shop/CN=mira' }),
      await authority.issue({ subject: '/O=Shop/CN=mira', lastYear: 2021 }),
      await authority.issue({ subject: '/O=Shop/CN=mira', usage: 'serverAuth' }),
    ];
    for (const certificate of bad) {
      const body = refusal('The client certificate is not trusted');
      expect(await askedBy(gateway, certificate, [])).toEqual([[401, body]]);
    }
    expect(gateway.callers).toEqual([]);
  });

  test('goes before or after a token, in the order of the list', async () => {
    await using issuer = await startIssuer();
    const jwt = { issuer: issuer.url };
    const token = [`Authorization: Bearer ${await issuer.token({ sub: 'token' })}`];
    const both = { certificates: { mtls: { allow } }, tokens: { jwt } };
    await using gateway = await open(both);
    await askedBy(gateway, mira, token);
    await askedBy(gateway, {}, token);
    // No rule fits it, and the token is good.
    await askedBy(gateway, await authority.issue(), token);
    await using other = await open({ tokens: both.tokens, certificates: both.certificates });
    await askedBy(other, mira, token, []);
    const subjects = [...gateway.callers, ...other.callers].map((caller) => caller?.subject);
    expect(subjects).toEqual(['CN=mira,O=Shop', 'token', 'token', 'token', 'CN=mira,O=Shop']);
  });

  test('is taken from curl', async () => {
    await using gateway = await open({ own: { mtls: { subject: 'CN=mira,O=*' } } });
    const cwd = await mkdtemp(join(tmpdir(), 'gatehouse-curl-'));
    try {
      const files = { 'ca.pem': authority.cert, 'mira.pem': mira.cert, 'mira.key': mira.key };
      for (const [file, text] of Object.entries(files)) await writeFile(join(cwd, file), text);
      const how = ['-s', '--cacert', 'ca.pem', '--cert', 'mira.pem', '--key', 'mira.key'];
      const what = ['--json', '{"query":"{ motto }"}', gateway.gateway.url];
      const { stdout } = await promisify(execFile)('curl', [...how, ...what], { cwd });
      expect(stdout).toBe(JSON.stringify(answered));
      expect(gateway.callers).toMatchObject([{ subject: 'CN=mira,O=Shop' }]);
    } finally {
      await rm(cwd, { recursive: true });
    }
  });
});

describe('names of a certificate', () => {
  const named = async (names: string, subject?: string) => {
    const { cert } = await authority.issue({ names, ...(subject !== undefined && { subject }) });
    return certificateFacts(new X509Certificate(cert).raw);
  };

  test('are told apart whatever is in them', async () => {
    const subject = String.raw`/C=DE/O=Shop, Inc.+OU=a \+ b/CN=a,O=Shop`;
    const facts = await named(
      'DNS:A.shop.test,email:a@b.test,IP:1.2.3.4,URI:https://a/?x=1',
      subject,
    );
    expect(facts).toMatchObject({
      dns: ['a.shop.test'],
      email: ['a@b.test'],
      uri: ['https://a/?x=1'],
      commonName: String.raw`a\,O=Shop`,
    });
    expect(facts.subject).toMatch(
      /^CN=a\\,O=Shop,(OU=a \\\+ b\+O=Shop\\, Inc\.|O=Shop\\, Inc\.\+OU=a \\\+ b),C=DE$/,
    );
  });

  test('may be none, and two common names are none', async () => {
    const none = await named('DNS:a.test', '');
    expect(none).toMatchObject({ subject: '', commonName: undefined, dns: ['a.test'] });
    expect((await named('DNS:a.test', '/CN=a/CN=b')).commonName).toBeUndefined();
  });
});
