import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../../src/config/load.ts';
import { unsafe } from '../../../src/config/unsafe.ts';
import { folderWith } from '../../config/files.ts';
import { guarded } from '../../contracts/auth-scheme.ts';

const oidc = {
  issuer: 'https://idp.shop.test',
  clientId: 'gateway',
  clientSecret: 'a-secret',
  publicUrl: 'https://shop.test',
};

/** A configuration with this scheme, as somebody writes it. */
function written(more: object, rest: object = {}): string {
  const auth = { own: { oidc: { ...oidc, ...more } } };
  return JSON.stringify({ auth, graphql: { auth: ['own'] }, ...rest });
}

async function load(text: string) {
  await using folder = await folderWith({ 'gatehouse.yaml': text });
  return await loadConfig({ file: folder.file('gatehouse.yaml'), env: {} });
}

describe('the options of oidc', () => {
  test('have defaults that are safe', async () => {
    const { config } = await load(written({}));
    expect(config.auth['own']).toEqual({
      oidc: {
        ...oidc,
        method: 'basic',
        scopes: ['openid'],
        parameters: {},
        userinfo: false,
        roles: 'roles',
        cookie: { secure: true },
        session: {
          idle: 900_000,
          max: 86_400_000,
          claims: [],
          memory: { count: 100_000, size: 256_000_000 },
        },
        refresh: { before: 60_000, cooldown: 5_000 },
        logout: { returnTo: '/' },
        keys: { maxAge: 600_000, cooldown: 30_000 },
        leeway: 5_000,
        timeout: 5_000,
      },
    });
    expect(config.redis).toBeUndefined();
  });

  test.each([
    [{ publicUrl: 'https://shop.test/gateway' }, 'Expected an origin such as https://shop.test'],
    [{ scopes: ['profile'] }, 'One of the scopes is openid'],
    [{ parameters: { state: 'fixed' } }, 'None of client_id'],
    [{ path: '/auth/' }, 'Expected a path such as /auth/backoffice'],
    [{ path: '/auth/:id' }, 'Expected a path such as /auth/backoffice'],
    [{ cookie: { name: 'a; Domain=shop.test' } }, 'Expected a name of letters'],
    [{ session: { idle: '0s' } }, 'Expected a time longer than 0'],
    [{ logout: { returnTo: '//evil.test' } }, ''],
  ])('refuse %j', async (more, message) => {
    await expect(load(written(more))).rejects.toMatchObject({
      failure: 'configuration',
      problems: [{ message: expect.stringContaining(message), line: 1 }],
    });
  });

  test('that let others in are told of, in production', async () => {
    const open = { issuer: 'http://idp.test', publicUrl: 'http://shop.test' };
    const rest = { production: true, redis: { url: 'redis://redis.shop.test' } };
    const found = unsafe(await load(written({ ...open, cookie: { secure: false } }, rest)));
    expect(found.map(({ code, message }) => `${code} ${message.split(':')[0]}`)).toEqual([
      'UNSAFE_IN_PRODUCTION auth.own.oidc.issuer',
      'UNSAFE_IN_PRODUCTION auth.own.oidc.publicUrl',
      'UNSAFE_IN_PRODUCTION auth.own.oidc.cookie.secure',
      'UNSAFE_IN_PRODUCTION redis.url',
    ]);
    const local = { redis: { url: 'redis://localhost:6379' }, production: true };
    expect(unsafe(await load(written({}, local)))).toEqual([]);
  });
});

test('two schemes do not log in at the same place', async () => {
  const auth = {
    a: { oidc: { ...oidc, path: '/login' } },
    b: { oidc: { ...oidc, path: '/login' } },
  };
  await expect(guarded(auth)).rejects.toMatchObject({
    failure: 'configuration',
    problems: [{ message: 'auth.b and auth.a have their logins at the same path, /login' }],
  });
});
