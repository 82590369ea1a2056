import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as always, beforeAll, describe, expect } from '@jest/globals';
import { ldapOptions } from '../../../src/auth/schemes/ldap/options.ts';
import type { GatewayInput } from '../../../src/config/schema.ts';
import { Disposer } from '../../../src/lib/disposer.ts';
import {
  type AskingFixture,
  ask,
  askingSchemeContract,
  authSchemeContract,
  counted,
  guarded,
  refusal,
} from '../../contracts/auth-scheme.ts';
import { type Certificate, selfSigned } from '../../harness/certificates.ts';
import { directoryTest, hasDirectory, type Slapd, startSlapd } from '../../harness/slapd.ts';

type LdapInput = Extract<NonNullable<GatewayInput['auth']>[string], { ldap: unknown }>['ldap'];

const test = await directoryTest();
const owned = new Disposer();
const reader = { bindDn: 'cn=reader,dc=shop', bindPassword: 'a-secret-of-the-reader' };
const base = 'ou=people,dc=shop';
const answered = { status: 200, body: { data: { motto: 'onwards' } } };
const challenge = 'Basic realm="gatehouse", charset="UTF-8"';
const refused = (message = 'The name or the password is wrong') => ({
  status: 401,
  body: refusal(message),
  challenge,
});
const cannotTell = {
  status: 503,
  body: refusal('Passwords cannot be checked at the moment', 'SERVICE_UNAVAILABLE'),
};

let certificate: Certificate;
let directory: Slapd;
let ca: string;

function basic(name: string, password: string) {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

beforeAll(async () => {
  if (!hasDirectory()) return;
  certificate = await selfSigned();
  directory = owned.use(await startSlapd(certificate));
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-ldap-'));
  owned.defer(() => rm(folder, { recursive: true }));
  ca = join(folder, 'ca');
  await writeFile(ca, certificate.cert);
  await populate(directory);
});

afterAll(() => owned[Symbol.asyncDispose]());

async function populate({ add }: Slapd): Promise<void> {
  const user = async (uid: string, place: string, more: object = {}) => {
    const objectClass = ['inetOrgPerson'];
    const named = { objectClass, uid, cn: uid, sn: uid, userPassword: `${uid}-password` };
    await add(`uid=${uid.replaceAll('\\', '\\\\')},${place}`, { ...named, ...more });
  };
  await add(reader.bindDn, {
    objectClass: ['organizationalRole', 'simpleSecurityObject'],
    cn: 'reader',
    userPassword: reader.bindPassword,
  });
  for (const ou of ['people', 'others', 'groups']) {
    await add(`ou=${ou},dc=shop`, { objectClass: ['organizationalUnit'], ou });
  }
  await add(`ou=more,${base}`, { objectClass: ['organizationalUnit'], ou: 'more' });
  await user('mira', base, { mail: 'mira@shop.test' });
  await user('zoë', base, { userPassword: 'pässwörd:with:colons' });
  await user('twin', base);
  await user('twin', `ou=more,${base}`);
  await user('triplet', base);
  await user('triplet', `ou=more,${base}`);
  await user('a*(b)\\c', base);
  await user('outside', 'ou=others,dc=shop');
  await add('cn=Staff,ou=groups,dc=shop', {
    objectClass: ['groupOfNames'],
    cn: 'Staff',
    member: [`uid=mira,${base}`],
  });
}

/** The options of the directory, with what a test has of its own. */
function options(more: Partial<LdapInput> = {}): { ldap: LdapInput } {
  const roles = { staff: 'CN=staff, OU=groups, DC=shop', admin: 'cn=admins,ou=groups,dc=shop' };
  return { ldap: { url: directory.secureUrl, ca, ...reader, base, roles, ...more } };
}

describe('users of a directory', () => {
  async function fixture(): Promise<AskingFixture> {
    const own = new Disposer();
    return {
      options: options({ claims: ['mail'] }),
      good: basic('mira', 'mira-password'),
      bad: basic('mira', 'another-password'),
      secrets: [
        'mira-password',
        'another-password',
        reader.bindPassword,
        Buffer.from('mira:mira-password').toString('base64'),
      ],
      challenge,
      caller: {
        scopes: [],
        claims: {
          sub: 'mira',
          dn: `uid=mira,${base}`,
          roles: ['staff'],
          mail: 'mira@shop.test',
        },
      },
      async spoil() {},
      [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
    };
  }

  authSchemeContract(fixture, test);

  askingSchemeContract(async () => {
    const spoilt = await startSlapd(certificate);
    const own = await fixture();
    return {
      ...own,
      options: options({ url: spoilt.secureUrl }),
      spoil: () => spoilt.stop(),
      [Symbol.asyncDispose]: () => spoilt[Symbol.asyncDispose](),
    };
  }, test);

  test('are who they say by their password, and nobody else', async () => {
    await using gateway = await guarded({ own: options() });
    expect(await ask(gateway, basic('MIRA', 'mira-password'))).toEqual(answered);
    expect(await ask(gateway, basic('zoë', 'pässwörd:with:colons'))).toEqual(answered);
    expect(await ask(gateway, basic('a*(b)\\c', 'a*(b)\\c-password'))).toEqual(answered);
    const subjects = gateway.callers.map((caller) => [caller?.subject, caller?.roles]);
    expect(subjects).toEqual([
      ['mira', ['staff']],
      ['zoë', []],
      ['a*(b)\\c', []],
    ]);
    const bad: readonly (readonly [string, string])[] = [
      ['mira', ''],
      ['', 'mira-password'],
      ['', ''],
      ['nobody', 'nobody-password'],
      ['outside', 'outside-password'],
      ['twin', 'twin-password'],
      ['mir*', 'mira-password'],
      ['*', 'mira-password'],
      ['mira)(|(uid=*', 'mira-password'],
      ['mira)(uid=*))(|(uid=*', 'mira-password'],
      ['mira\\2a', 'mira-password'],
      ['mira', 'MIRA-PASSWORD'],
      ['reader', reader.bindPassword],
    ];
    for (const [name, password] of bad) {
      expect([name, await ask(gateway, basic(name, password))]).toEqual([name, refused()]);
    }
    expect(await counted(gateway)).toEqual({ 'own accepted': 3, 'own refused': bad.length });
  });

  test('are not taken for others by credentials that are no name and password', async () => {
    await using gateway = await guarded({ own: options() });
    const malformed = 'The name and password are malformed';
    const kind = 'The Authorization header is of no kind that is accepted here';
    const latin1 = Buffer.from('zo\u00eb:x', 'latin1').toString('base64');
    const bad: readonly (readonly [string, string])[] = [
      ['Basic', malformed],
      ['Basic bWlyYQ==', malformed],
      ['Basic mira:mira-password', malformed],
      [`Basic ${btoa('mira\u0000:mira-password')}`, malformed],
      [`Basic ${latin1}`, malformed],
      ['Bearer a.b.c', kind],
    ];
    for (const [authorization, message] of bad) {
      expect(await ask(gateway, { authorization })).toEqual(refused(message));
    }
  });

  test('are asked for again only after a while', async () => {
    const provider = 'gatehouse_authentication_provider_requests_total';
    await directory.add(`uid=noor,${base}`, {
      objectClass: ['inetOrgPerson'],
      uid: 'noor',
      cn: 'noor',
      sn: 'noor',
      userPassword: 'first-password',
    });
    await using long = await guarded({ own: options() });
    await using short = await guarded({ own: options({ cache: '0s' }) });
    const all = [1, 2, 3].map(() => ask(long, basic('noor', 'first-password')));
    expect(await Promise.all(all)).toEqual([answered, answered, answered]);
    expect(await ask(short, basic('noor', 'first-password'))).toEqual(answered);
    await directory.setPassword(`uid=noor,${base}`, 'second-password');
    expect(await ask(long, basic('noor', 'first-password'))).toEqual(answered);
    expect(await ask(short, basic('noor', 'first-password'))).toEqual(refused());
    expect(await ask(short, basic('noor', 'second-password'))).toEqual(answered);
    expect(await counted(long, provider)).toEqual({ 'own ok': 1 });
    expect(await counted(short, provider)).toEqual({ 'own ok': 3 });
  });
});

describe('the way to a directory', () => {
  test('is encrypted by StartTLS as well', async () => {
    const own = options({ url: directory.url, startTls: true });
    await using gateway = await guarded({ own });
    expect(await ask(gateway, basic('mira', 'mira-password'))).toEqual(answered);
  });

  always.each([
    [{ url: 'ldaps://a', startTls: true }, 'ldaps:// is encrypted already'],
    [{ url: 'http://a' }, 'Expected a URL such as'],
    [{ url: 'ldap://a', filter: '(uid=mira)' }, 'Expected a filter such as'],
  ])('is not written as %j', (more, message) => {
    const { error } = ldapOptions.safeParse({ base, ...more });
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
  });

  test('leads to nobody whose certificate is not known', async () => {
    const { ldap } = options();
    const { ca: _, ...others } = ldap;
    for (const url of [{}, { url: directory.url, startTls: true }]) {
      await using gateway = await guarded({ own: { ldap: { ...others, ...url } } });
      expect(await ask(gateway, basic('mira', 'mira-password'))).toEqual(cannotTell);
    }
  });

  test.each([
    { bindPassword: 'another' },
    { bindDn: '', bindPassword: '' },
    { base: 'ou=nowhere,dc=shop' },
    { filter: '(uid={user})()' },
  ] as readonly Partial<LdapInput>[])('lets nobody in where it is wrong: %j', async (more) => {
    await using gateway = await guarded({ own: options(more) });
    const { status } = await ask(gateway, basic('mira', 'mira-password'));
    expect([401, 503]).toContain(status);
    expect(gateway.callers).toEqual([]);
  });
});
