import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { openOidc } from '../../../src/auth/schemes/oidc/oidc.ts';
import { oidcOptions } from '../../../src/auth/schemes/oidc/options.ts';
import { MemoryStore } from '../../../src/auth/sessions/memory-store.ts';
import { testLog } from '../../edge/small-gateway.ts';
import { signingKey } from '../../harness/issuer.ts';
import { gatewayClient } from '../../harness/openid-provider.ts';
import { type Forgery, startForger } from './oidc-forger.ts';
import { askAs, countedOf, loggedIn, openShop, sessionCookie, sessionOf } from './oidc-shop.ts';
import { Visitor } from './oidc-visitor.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const none = btoa('{"alg":"none"}').replace(/=/g, '');

/** A text that claims to be another token, signed with `key` by a shared secret. */
function hs256(honest: string, key: string): string {
  const head = btoa('{"alg":"HS256"}').replace(/=/g, '');
  const text = `${head}.${honest.split('.')[1]}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

describe('a login', () => {
  test('is finished once, by the browser that began it, with its own state and code', async () => {
    await using shop = await openShop();
    const { origin, provider } = shop;
    const visitor = new Visitor();
    const back = await visitor.logIn(`${origin}/auth/own/login`, 'mira', /callback\?/);
    const url = new URL(back.url);
    const jar = new Map(visitor.jar(origin));
    const asked = provider.asked.length;
    const without = new URL(url);
    without.searchParams.delete('state');
    const other = new URL(url);
    other.searchParams.set('state', 'another-state');
    const twice = new URL(url);
    twice.searchParams.append('state', url.searchParams.get('state') ?? '');
    for (const wrong of [without, other, twice]) {
      expect((await visitor.send(wrong.href)).status).toBe(400);
    }
    expect((await new Visitor().send(url.href)).status).toBe(400);
    expect(provider.asked.length).toBe(asked);

    expect((await visitor.send(url.href)).status).toBe(303);
    visitor.cookies.set(origin, new Map(jar));
    const replayed = await visitor.send(url.href);
    expect([replayed.status, JSON.parse(replayed.text)]).toEqual([
      400,
      {
        errors: [
          {
            message: 'This login is not under way in this browser, or took too long: begin it anew',
            extensions: { login: '/auth/own/login', code: 'BAD_REQUEST' },
          },
        ],
      },
    ]);

    const next = new Visitor();
    const second = new URL(
      (await next.logIn(`${origin}/auth/own/login`, 'jules', /callback\?/)).url,
    );
    second.searchParams.set('code', url.searchParams.get('code') ?? '');
    const stolen = await next.send(second.href);
    expect([stolen.status, stolen.headers.getSetCookie()]).toEqual([401, []]);
  });

  test('that the provider refuses is none, and a made-up cookie begins none', async () => {
    await using shop = await openShop();
    const { origin, gateway } = shop;
    const visitor = new Visitor();
    const begun = await visitor.send(`${origin}/auth/own/login`);
    const to = new URL(begun.headers.get('location') ?? '').searchParams;
    const state = to.get('state') ?? '';
    expect(to.get('code_challenge_method')).toBe('S256');
    const [[name = '', sealed = ''] = []] = [...visitor.jar(origin)];
    const changed = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`;
    const iss = encodeURIComponent(shop.provider.url);
    const back = `${origin}/auth/own/callback?error=access_denied&state=${state}&iss=${iss}`;
    visitor.jar(origin).set(name, changed);
    expect((await visitor.send(back)).status).toBe(400);
    visitor.jar(origin).set(name, sealed);
    const refused = await visitor.send(back);
    expect([refused.status, JSON.parse(refused.text).errors[0].message]).toEqual([
      401,
      'The login failed',
    ]);
    expect(await countedOf(gateway, 'gatehouse_logins_total')).toEqual({ refused: 1 });
  });

  test('leads nowhere but to a path of the site', async () => {
    await using shop = await openShop();
    for (const returnTo of [
      '//evil.test',
      '/\\evil.test',
      '/\t/evil.test',
      'https://evil.test',
      'https:evil.test',
      'evil.test',
      '\\\\evil.test',
      '/\r\n',
      `/${'x'.repeat(2_000)}`,
      '/ü',
      '',
    ]) {
      const path = `/auth/own/login?returnTo=${encodeURIComponent(returnTo)}`;
      const { status, headers } = await new Visitor().send(`${shop.origin}${path}`);
      expect([returnTo, status, headers.get('location')]).toEqual([returnTo, 400, null]);
    }
  });

  test('takes no more than a few cookies, however often it is begun', async () => {
    await using shop = await openShop();
    const visitor = new Visitor();
    for (let n = 0; n < 12; n += 1) await visitor.send(`${shop.origin}/auth/own/login`);
    expect(visitor.jar(shop.origin).size).toBe(5);
  });
});

test('a provider that lies lets nobody in', async () => {
  await using forger = await startForger();
  const oidc = { issuer: forger.url, keys: { cooldown: '1ms' } };
  await using shop = await openShop({ oidc });
  const { origin } = shop;
  const foreign = await signingKey();
  const log = async (
    forgery: Forgery,
    answer: Readonly<Record<string, string | undefined>> = {},
  ) => {
    forger.forgery = forgery;
    const visitor = new Visitor();
    const begun = await visitor.send(`${origin}/auth/own/login`);
    const to = new URL(begun.headers.get('location') ?? '').searchParams;
    const usual = {
      code: `code-${to.get('nonce')}`,
      state: to.get('state') ?? '',
      iss: forger.url,
    };
    const all = Object.entries({ ...usual, ...answer });
    const back = new URLSearchParams(
      all.flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as [string, string]],
      ),
    );
    const landed = await visitor.send(`${origin}/auth/own/callback?${back}`);
    const isIn = visitor.jar(origin).has(sessionCookie);
    return `${landed.status} ${isIn ? 'in' : 'out'}`;
  };
  expect(await log({})).toBe('303 in');
  const nowS = Math.floor(Date.now() / 1_000);
  for (const [what, forgery, answer] of [
    ['nonce', { claims: { nonce: 'another' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['issuer of the token', { claims: { iss: 'https://evil.test' } }],
    ['audience', { claims: { aud: 'another' } }],
    ['audiences', { claims: { aud: ['gateway', 'another'] } }],
    ['party', { claims: { aud: ['gateway', 'gateway'], azp: 'another' } }],
    ['expired', { claims: { exp: nowS - 100 } }],
    ['no signature', { token: (honest) => `${none}.${honest.split('.')[1]}.` }],
    ['shared secret', { token: (honest) => hs256(honest, gatewayClient.clientSecret) }],
    ['issuer of the answer', {}, { iss: 'https://evil.test' }],
    ['no issuer of the answer', {}, { iss: undefined }],
  ] as [string, Forgery, Record<string, string | undefined>?][]) {
    expect(`${what}: ${await log(forgery, answer)}`).toBe(`${what}: 401 out`);
  }
  const own = forger.key;
  forger.key = { ...foreign, kid: own.kid };
  expect(await log({})).toBe('401 out');
  forger.key = foreign;
  expect(await log({})).toBe('401 out');
  forger.key = own;
  expect(await log({})).toBe('303 in');
});

describe('a cookie', () => {
  test('that somebody else has set never becomes the id of a session', async () => {
    await using shop = await openShop();
    const { origin } = shop;
    const chosen = 'x'.repeat(43);
    const visitor = new Visitor();
    visitor.jar(origin).set(sessionCookie, chosen);
    await loggedIn(origin, 'mira', visitor);
    expect(visitor.jar(origin).get(sessionCookie)).not.toBe(chosen);
    expect((await sessionOf(visitor, origin)).body['subject']).toBe('mira');
    const thief = new Visitor();
    thief.jar(origin).set(sessionCookie, chosen);
    expect((await askAs(thief, origin)).status).toBe(401);
  });

  test.each([
    ['given twice', (id: string) => `${sessionCookie}=${id}; ${sessionCookie}=${id}`],
    ['huge', (id: string) => `${sessionCookie}=${id.repeat(200)}`],
    ['empty', () => `${sessionCookie}=`],
    ['of another alphabet', () => `${sessionCookie}=${'%00'.repeat(14)}a`],
    ['a name of a prototype', () => `${sessionCookie}=__proto__`],
    ['one character longer', (id: string) => `${sessionCookie}=${id}A`],
  ])('that is %s lets nobody in', async (_what, cookieOf) => {
    await using shop = await openShop();
    const { origin, gateway } = shop;
    const visitor = await loggedIn(origin);
    const cookie = cookieOf(visitor.jar(origin).get(sessionCookie) ?? '');
    const refused = await askAs(new Visitor(), origin, { cookie, 'sec-fetch-site': 'same-origin' });
    expect(refused.status).toBe(401);
    expect(gateway.callers).toEqual([]);
  });

  test('with an id that was guessed leaves nothing behind, however many there are', async () => {
    const store = new MemoryStore({ sessions: 1_000_000, bytes: 1e9, now: Date.now });
    const options = oidcOptions.parse({
      issuer: 'http://127.0.0.1:1',
      ...gatewayClient,
      publicUrl: 'http://127.0.0.1:2',
    });
    const nothing = () => {};
    const observer = { authenticated: nothing, asked: nothing, loggedIn: nothing };
    const counts = { ...observer, refreshed: nothing, ended: nothing };
    const log = testLog();
    const opened = { store, async [Symbol.asyncDispose]() {} };
    const setup = { name: 'own', log, observer: counts, now: Date.now, opened };
    await using scheme = await openOidc(options, setup);
    const { signal } = new AbortController();
    let refused = 0;
    for (let n = 0; n < 10_000; n += 1) {
      const cookie = `${sessionCookie}=${`${n}`.padStart(43, 'A')}`;
      const presented = { headers: { cookie }, clientAddress: '', log };
      await Promise.resolve(scheme.authenticate(presented, signal)).catch(() => {
        refused += 1;
      });
    }
    expect([refused, store.size, log.lines]).toEqual([10_000, 0, []]);
  });
});

describe('a request with the cookie of a session', () => {
  const site = 'sec-fetch-site';

  test('has to come from a page of this origin, or one that is trusted, or has the token', async () => {
    const cors = { origins: ['https://shop.test'], credentials: true };
    await using shop = await openShop({ config: { graphql: { cors } } });
    const { origin, gateway } = shop;
    const visitor = await loggedIn(origin);
    const other = await loggedIn(origin, 'jules');
    const token = String((await sessionOf(visitor, origin)).body['csrfToken']);
    const foreign = String((await sessionOf(other, origin)).body['csrfToken']);
    for (const [headers, status] of [
      [{ [site]: 'same-origin' }, 200],
      [{ [site]: 'none' }, 200],
      [{ [site]: 'cross-site' }, 400],
      [{ [site]: 'same-site' }, 400],
      [{ [site]: 'cross-site', origin }, 400],
      [{ origin }, 200],
      [{ origin: 'https://evil.test' }, 400],
      [{ origin: 'null' }, 400],
      [{ origin: 'https://shop.test', [site]: 'cross-site' }, 200],
      [{}, 400],
      [{ 'x-csrf-token': token }, 200],
      [{ 'x-csrf-token': token, [site]: 'cross-site' }, 200],
      [{ 'x-csrf-token': foreign }, 400],
      [{ 'x-csrf-token': '' }, 400],
    ] as [Record<string, string>, number][]) {
      const before = gateway.callers.length;
      const reply = await askAs(visitor, origin, headers);
      expect([headers, reply.status]).toEqual([headers, status]);
      expect(gateway.callers.length - before).toBe(status === 200 ? 1 : 0);
      if (status === 200) continue;
      expect(JSON.parse(reply.text).errors[0].extensions.code).toBe('CSRF_PREVENTION_FAILED');
    }
  });

  test('logs nobody out for another site', async () => {
    await using shop = await openShop();
    const { origin } = shop;
    const visitor = await loggedIn(origin);
    const headers = { [site]: 'cross-site', 'sec-fetch-mode': 'navigate' };
    const out = await visitor.send(`${origin}/auth/own/logout`, { method: 'POST', headers });
    expect(out.status).toBe(400);
    expect((await askAs(visitor, origin)).status).toBe(200);
  });
});

test('a logout token is checked clause by clause, and counts once', async () => {
  await using shop = await openShop({ oidc: { keys: { cooldown: '1ms' } } });
  const { origin, provider, gateway } = shop;
  const visitor = await loggedIn(origin);
  const nowS = Math.floor(Date.now() / 1_000);
  const tell = async (token: string) => {
    const body = `logout_token=${token}`;
    const url = `${origin}/auth/own/backchannel-logout`;
    return new Visitor().send(url, { method: 'POST', headers: form, body });
  };
  for (const claims of [
    { nonce: 'a-nonce' },
    { events: {} },
    { events: { 'http://schemas.openid.net/event/backchannel-logout': true } },
    { events: undefined },
    { iss: 'https://evil.test' },
    { aud: 'another' },
    { jti: undefined },
    { jti: 7 as never },
    { sub: undefined },
    { sub: 7 as never },
    { iat: nowS - 3_600, exp: nowS + 60 },
    { iat: nowS + 3_600, exp: nowS + 7_200 },
    { exp: nowS - 60 },
  ]) {
    const { status, text } = await tell(await provider.logoutToken('mira', claims as JWTPayload));
    expect([claims, status, text]).toEqual([claims, 400, '{"error":"invalid_request"}']);
  }
  const good = await provider.logoutToken('mira');
  const [head, body] = good.split('.');
  for (const token of [`${none}.${body}.`, `${head}.${body}.`, hs256(good, 'x'), 'x', '']) {
    expect((await tell(token)).status).toBe(400);
  }
  expect((await askAs(visitor, origin)).status).toBe(200);

  const told = await tell(good);
  expect([told.status, told.headers.get('cache-control'), told.text]).toEqual([
    200,
    'no-store',
    '',
  ]);
  expect((await askAs(visitor, origin)).status).toBe(401);
  await loggedIn(origin, 'mira', visitor);
  expect((await tell(good)).status).toBe(400);
  expect((await askAs(visitor, origin)).status).toBe(200);
  const text = JSON.stringify(gateway.log);
  expect(text).not.toContain(good);

  const url = `${origin}/auth/own/backchannel-logout`;
  const json = { 'content-type': 'application/json' };
  const send = (headers: Record<string, string>, sent: string) =>
    new Visitor().send(url, { method: 'POST', headers, body: sent });
  expect((await send(json, '{}')).status).toBe(415);
  expect((await send(form, 'a=b')).status).toBe(400);
  expect((await send(form, `logout_token=${'x'.repeat(200_000)}`)).status).toBe(413);
});
