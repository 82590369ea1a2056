import { expect } from '@jest/globals';
import { redisTest, startRedis, type TestRedis } from '../../harness/redis.ts';
import { askAs, countedOf, loggedIn, openShop, sessionCookie, sessionOf } from './oidc-shop.ts';
import { Visitor } from './oidc-visitor.ts';

const test = await redisTest();
const refreshes = 'gatehouse_session_refreshes_total';

/** With a time limit that no machine that is busy misses. */
function sharing({ url }: TestRedis) {
  return { redis: { url, timeout: '5s' } };
}

/** A cookie of one gateway is good at the others: here each is an origin of its own. */
function alsoAt(visitor: Visitor, from: string, to: string): void {
  visitor.cookies.set(to, new Map(visitor.jar(from)));
}

test('a session is good at all gateways, and over for all of them', async () => {
  await using redis = await startRedis();
  await using shop = await openShop({ gateways: 2, config: sharing(redis) });
  const [first = '', second = ''] = shop.origins;
  const visitor = await loggedIn(first);
  alsoAt(visitor, first, second);
  expect((await askAs(visitor, second)).status).toBe(200);
  expect((await sessionOf(visitor, second)).body['subject']).toBe('mira');
  const out = { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } } as const;
  await visitor.send(`${second}/auth/own/logout`, out);
  expect((await askAs(visitor, first)).status).toBe(401);
});

test('a refresh token is used once, however many gateways want to', async () => {
  await using redis = await startRedis();
  await using shop = await openShop({
    gateways: 2,
    config: sharing(redis),
    oidc: { refresh: { before: '0ms' } },
    login: { accessTokenS: 3 },
  });
  const [first = '', second = ''] = shop.origins;
  const visitor = await loggedIn(first);
  alsoAt(visitor, first, second);
  await askAs(visitor, first);
  const endsAtMs = shop.gateway.callers[0]?.expiresAtMs ?? 0;
  while (Date.now() <= endsAtMs) await new Promise((resolve) => setTimeout(resolve, 10));
  const before = shop.provider.asked.filter((path) => path === '/token').length;
  const all = Array.from({ length: 20 }, (_, n) => askAs(visitor, n % 2 === 0 ? first : second));
  const statuses = (await Promise.all(all)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(shop.provider.asked.filter((path) => path === '/token').length).toBe(before + 1);
  const counts = await Promise.all(shop.gateways.map((one) => countedOf(one, refreshes)));
  expect(counts.map(({ ok = 0 }) => ok).sort()).toEqual([0, 1]);
  expect(await redis.ask('keys', '*claim:refresh*')).toEqual(['']);
});

test('sessions outlive a restart of a Redis that writes them down', async () => {
  await using redis = await startRedis({ isPersistent: true });
  await using shop = await openShop({ config: sharing(redis) });
  const { origin } = shop;
  const [mira, jules] = [await loggedIn(origin, 'mira'), await loggedIn(origin, 'jules')];
  await redis.restart();
  expect((await sessionOf(mira, origin)).body['subject']).toBe('mira');
  expect((await sessionOf(jules, origin)).body['subject']).toBe('jules');
  expect((await askAs(mira, origin)).status).toBe(200);
});

test('without that nobody has a session any longer, and never that of another', async () => {
  await using redis = await startRedis();
  await using shop = await openShop({ config: sharing(redis) });
  const { origin, gateway } = shop;
  const [mira, jules] = [await loggedIn(origin, 'mira'), await loggedIn(origin, 'jules')];
  await redis.restart();
  await loggedIn(origin, 'ada');
  for (const visitor of [mira, jules]) {
    expect((await askAs(visitor, origin)).status).toBe(401);
    expect((await sessionOf(visitor, origin)).status).toBe(401);
  }
  expect(gateway.callers).toEqual([]);
  await loggedIn(origin, 'mira', mira);
  expect((await sessionOf(mira, origin)).body['subject']).toBe('mira');
});

test('a frozen Redis is answered with 503 in time, and nobody is let in or logged out', async () => {
  await using redis = await startRedis();
  const config = { redis: { url: redis.url, timeout: '1s' } };
  await using shop = await openShop({ config });
  const { origin, gateway } = shop;
  const visitor = await loggedIn(origin);
  redis.freeze();
  try {
    const startedMs = performance.now();
    const all = Array.from({ length: 20 }, () => askAs(visitor, origin));
    for (const { status, headers, text } of await Promise.all(all)) {
      expect([status, headers.get('retry-after')]).toEqual([503, '1']);
      expect(JSON.parse(text).errors).toEqual([
        {
          message: 'Sessions cannot be looked up at the moment',
          extensions: { code: 'SERVICE_UNAVAILABLE' },
        },
      ]);
    }
    const out = { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } } as const;
    expect((await visitor.send(`${origin}/auth/own/logout`, out)).status).toBe(503);
    expect((await askAs(new Visitor(), origin)).status).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  } finally {
    redis.thaw();
  }
  expect((await askAs(visitor, origin)).status).toBe(200);
  expect(gateway.callers.filter((caller) => caller !== undefined).length).toBe(1);
});

test('what is stored tells nobody how to use it, and has an end', async () => {
  await using redis = await startRedis();
  await using shop = await openShop({ config: sharing(redis) });
  const { origin } = shop;
  const visitor = await loggedIn(origin);
  const id = visitor.jar(origin).get(sessionCookie) ?? '';
  const keys = await redis.ask('keys', '*');
  expect(keys.every((key) => key.startsWith('gatehouse:own:'))).toBe(true);
  expect(keys.some((key) => key.includes(id))).toBe(false);
  for (const key of keys) expect(Number(await redis.ask('pttl', key))).toBeGreaterThan(0);
  const [name = ''] = keys.filter((key) => key.includes(':session:'));
  const [value = ''] = await redis.ask('get', name);
  expect(value).toMatch(/^[\w-]{200,}$/);
  expect(Buffer.from(value, 'base64url').toString('latin1')).not.toContain('mira');

  // Each use begins the idle time anew, once a part of it is over.
  await redis.ask('pexpire', name, '60000');
  expect((await askAs(visitor, origin)).status).toBe(200);
  expect(Number(await redis.ask('pttl', name))).toBeGreaterThan(14 * 60_000);
  await redis.ask('pexpire', name, '1');
  while ((await redis.ask('exists', name))[0] === '1');
  expect((await askAs(visitor, origin)).status).toBe(401);
});

test('what others put in the place of a session is none', async () => {
  await using redis = await startRedis();
  await using shop = await openShop({ config: sharing(redis) });
  const { origin } = shop;
  const mira = await loggedIn(origin, 'mira');
  const [own = ''] = await redis.ask('keys', '*:session:*');
  const jules = await loggedIn(origin, 'jules');
  const [other = ''] = (await redis.ask('keys', '*:session:*')).filter((key) => key !== own);
  const [value = ''] = await redis.ask('get', own);
  await redis.ask('set', other, value, 'keepttl');
  expect((await askAs(jules, origin)).status).toBe(401);
  expect((await askAs(mira, origin)).status).toBe(200);
  await redis.ask('set', own, '{}', 'keepttl');
  expect((await askAs(mira, origin)).status).toBe(401);
});
