import { describe, expect, test } from '@jest/globals';
import {
  askAs,
  countedOf,
  loggedIn,
  openShop,
  type Shop,
  sessionCookie,
  sessionOf,
} from './oidc-shop.ts';
import { Visitor } from './oidc-visitor.ts';

const refreshes = 'gatehouse_session_refreshes_total';
const ends = 'gatehouse_sessions_ended_total';
/** Access tokens of an hour are refreshed at each request. */
const eager = { before: '2h' };

/** How often the provider was asked for tokens. */
function exchanges({ provider }: Shop): number {
  return provider.asked.filter((path) => path === '/token').length;
}

describe('an access token', () => {
  test('is refreshed shortly before it ends, while requests go on', async () => {
    await using shop = await openShop({ oidc: { refresh: eager } });
    const { origin, gateway } = shop;
    const visitor = await loggedIn(origin);
    const before = exchanges(shop);
    expect((await askAs(visitor, origin)).status).toBe(200);
    while ((await countedOf(gateway, refreshes))['ok'] === undefined);
    expect(exchanges(shop)).toBeGreaterThan(before);
    expect(gateway.callers[0]).toMatchObject({ subject: 'mira', roles: ['staff'] });
  });

  test('that has ended is refreshed once, however many requests wait for it', async () => {
    await using shop = await openShop({
      oidc: { refresh: { before: '0ms' } },
      login: { accessTokenS: 1 },
    });
    const { origin, gateway } = shop;
    const visitor = await loggedIn(origin);
    const before = exchanges(shop);
    await ended(shop, visitor);
    const all = Array.from({ length: 20 }, () => askAs(visitor, origin));
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(exchanges(shop)).toBe(before + 1);
    expect(await countedOf(gateway, refreshes)).toEqual({ ok: 1 });
  });

  test('that the provider refuses to refresh ends the session', async () => {
    await using shop = await openShop({
      oidc: { refresh: { before: '0ms' } },
      login: { accessTokenS: 1 },
    });
    const { origin, gateway, provider } = shop;
    const visitor = await loggedIn(origin);
    provider.revokeAll();
    await ended(shop, visitor);
    const refused = await askAs(visitor, origin);
    expect([refused.status, JSON.parse(refused.text).errors[0].message]).toEqual([
      401,
      'The session has ended',
    ]);
    expect(await countedOf(gateway, refreshes)).toEqual({ refused: 1 });
    expect(await countedOf(gateway, ends)).toEqual({ refused: 1 });
    expect((await sessionOf(visitor, origin)).status).toBe(401);
  });

  test('serves to its end while the provider is down, and nothing beyond', async () => {
    await using shop = await openShop({
      oidc: { refresh: { before: '1h', cooldown: '1ms' } },
      login: { accessTokenS: 2 },
    });
    const { origin, gateway, provider } = shop;
    const visitor = await loggedIn(origin);
    provider.answer = (request) => request.socket.destroy();
    expect((await askAs(visitor, origin)).status).toBe(200);
    await gateway.logged('A session was not refreshed');
    const down = await untilStatus(shop, visitor, 503);
    expect(down.headers.get('retry-after')).toBe('1');
    expect(JSON.parse(down.text).errors[0].extensions.code).toBe('SERVICE_UNAVAILABLE');
    provider.answer = undefined;
    await untilStatus(shop, visitor, 200);
  });
});

describe('a session', () => {
  test('ends at last, however much it is used', async () => {
    await using shop = await openShop({ oidc: { session: { max: '2s' } } });
    const { origin, gateway } = shop;
    const visitor = await loggedIn(origin);
    await untilStatus(shop, visitor, 401);
    expect(gateway.callers.length).toBeGreaterThan(0);
    expect((await askAs(visitor, origin)).status).toBe(401);
  });

  test('is another one after each login, and the one before is over', async () => {
    await using shop = await openShop();
    const { origin, gateway } = shop;
    const visitor = await loggedIn(origin);
    const first = visitor.jar(origin).get(sessionCookie) ?? '';
    await loggedIn(origin, 'mira', visitor);
    const second = visitor.jar(origin).get(sessionCookie) ?? '';
    expect(second).not.toBe(first);
    expect((await askAs(visitor, origin)).status).toBe(200);
    visitor.jar(origin).set(sessionCookie, first);
    expect((await askAs(visitor, origin)).status).toBe(401);
    expect(await countedOf(gateway, ends)).toEqual({ login: 1 });
  });

  test('is begun by each of two tabs in which somebody logs in', async () => {
    await using shop = await openShop();
    const { origin } = shop;
    const tabs = new Visitor();
    const urls = [`${origin}/auth/own/login?returnTo=/a`, `${origin}/auth/own/login?returnTo=/b`];
    const first = await tabs.logIn(urls[0] ?? '', 'mira', /callback\?/);
    const second = await tabs.logIn(urls[1] ?? '', 'mira', /callback\?/);
    for (const [back, place] of [
      [second, '/b'],
      [first, '/a'],
    ] as const) {
      const landed = await tabs.send(back.url);
      expect([landed.status, landed.headers.get('location')]).toEqual([303, place]);
      expect((await askAs(tabs, origin)).status).toBe(200);
    }
  });
});

test('the provider ends all sessions of one who logs out there', async () => {
  await using shop = await openShop();
  const { origin, gateway, provider } = shop;
  const visitor = await loggedIn(origin);
  const sameProvider = new Visitor();
  sameProvider.cookies.set(provider.url, visitor.jar(provider.url));
  await loggedIn(origin, 'mira', sameProvider);
  const other = await loggedIn(origin, 'jules');
  const page = await visitor.send(`${provider.url}/session/end`);
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page.text) ?? [];
  const out = await visitor.send(`${provider.url}/session/end/confirm`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `${new URLSearchParams({ xsrf, logout: 'yes' })}`,
  });
  expect(out.status).toBe(303);
  expect((await askAs(visitor, origin)).status).toBe(401);
  expect((await askAs(sameProvider, origin)).status).toBe(401);
  expect((await askAs(other, origin)).status).toBe(200);
  expect(await countedOf(gateway, ends)).toEqual({ backchannel: 2 });
  expect(await gateway.logged('A provider ended sessions')).toEqual([
    expect.objectContaining({ scheme: 'own', sessions: 2 }),
  ]);
});

test('nobody logs in while the provider cannot be reached, and then they do again', async () => {
  await using shop = await openShop();
  const { origin, provider } = shop;
  const visitor = new Visitor();
  provider.answer = (request) => request.socket.destroy();
  const down = await visitor.send(`${origin}/auth/own/login`);
  expect([down.status, down.headers.get('location'), visitor.jar(origin).size]).toEqual([
    503,
    null,
    0,
  ]);
  provider.answer = undefined;
  await loggedIn(origin, 'mira', visitor);
  expect((await sessionOf(visitor, origin)).status).toBe(200);
});

test('sessions go on when the configuration changes, but not with another client', async () => {
  await using shop = await openShop();
  const { origin, gateway } = shop;
  const visitor = await loggedIn(origin);
  const { config } = gateway;
  const { own } = config.auth;
  if (own === undefined || !('oidc' in own)) throw new TypeError('The scheme is oidc');
  const withOidc = (more: object) => ({
    ...config,
    auth: { own: { oidc: { ...own.oidc, ...more } } },
  });
  const report = await gateway.gateway.reload(withOidc({ roles: 'name', path: '/elsewhere' }));
  expect(report).toEqual({ outcome: 'swapped', problems: [], needsRestart: [] });
  expect((await askAs(visitor, origin)).status).toBe(200);
  expect(gateway.callers.at(-1)?.roles).toEqual(['mira', 'of', 'the', 'shop']);
  expect((await visitor.send(`${origin}/elsewhere/session`)).status).toBe(200);
  expect((await visitor.send(`${origin}/auth/own/session`)).status).toBe(404);
  await gateway.gateway.reload(withOidc({ clientId: 'another' }));
  expect((await askAs(visitor, origin)).status).toBe(401);
  expect(await countedOf(gateway, ends)).toEqual({ reconfigured: 1 });
});

test('keys are changed while people log in, and nobody is turned away', async () => {
  await using shop = await openShop({ oidc: { keys: { cooldown: '1ms' } } });
  const { origin, provider } = shop;
  let isRotating = true;
  const statuses: number[] = [];
  const people = ['mira', 'jules', 'ada'].map(async (name) => {
    do {
      const visitor = await loggedIn(origin, name);
      statuses.push((await askAs(visitor, origin)).status);
    } while (isRotating);
  });
  for (let n = 0; n < 5; n += 1) {
    const before = statuses.length;
    while (statuses.length < before + 4) await new Promise((resolve) => setImmediate(resolve));
    await provider.rotate();
  }
  isRotating = false;
  await Promise.all(people);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test('known keys verify a logout while the keys cannot be had any longer', async () => {
  await using shop = await openShop({ oidc: { keys: { maxAge: '1ms', cooldown: '1ms' } } });
  const { origin, provider, gateway } = shop;
  const visitor = await loggedIn(origin);
  expect((await askAs(visitor, origin)).status).toBe(200);
  const token = await provider.logoutToken('mira');
  provider.answer = (request) => request.socket.destroy();
  const out = await new Visitor().send(`${origin}/auth/own/backchannel-logout`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `logout_token=${token}`,
  });
  expect(out.status).toBe(200);
  expect((await askAs(visitor, origin)).status).toBe(401);
  expect(await gateway.logged('The keys of an issuer could not be fetched')).toHaveLength(1);
});

/** Waits until the access token of the session has ended. */
async function ended(shop: Shop, visitor: Visitor): Promise<void> {
  const { callers } = shop.gateway;
  await askAs(visitor, shop.origin);
  const endsAtMs = callers.at(-1)?.expiresAtMs ?? 0;
  while (Date.now() <= endsAtMs) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function untilStatus({ origin }: Shop, visitor: Visitor, wanted: number) {
  for (;;) {
    const answer = await askAs(visitor, origin);
    if (answer.status === wanted) return answer;
  }
}
