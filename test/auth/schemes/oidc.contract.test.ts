import { expect } from '@jest/globals';
import { Disposer } from '../../../src/lib/disposer.ts';
import {
  type AskingFixture,
  askingSchemeContract,
  authSchemeContract,
} from '../../contracts/auth-scheme.ts';
import { gatewayClient } from '../../harness/openid-provider.ts';
import { redisTest, startRedis } from '../../harness/redis.ts';
import { loggedIn, openShop, sessionCookie } from './oidc-shop.ts';

/** A session that somebody has begun at another gateway, which shares a Redis with those tested. */
async function fixture(): Promise<AskingFixture> {
  const owned = new Disposer();
  const redis = owned.use(await startRedis());
  const more = { redis: { url: redis.url, timeout: '2s' } };
  const shop = owned.use(await openShop({ config: more }));
  const { origin, provider } = shop;
  const id = (await loggedIn(origin)).jar(origin).get(sessionCookie) ?? '';
  const with_ = (cookie: string) => ({ cookie, 'sec-fetch-site': 'same-origin' });
  return {
    options: { oidc: { issuer: provider.url, ...gatewayClient, publicUrl: origin } },
    more,
    told: { login: '/auth/own/login' },
    good: with_(`${sessionCookie}=${id}`),
    bad: with_(`${sessionCookie}=${'a'.repeat(43)}`),
    secrets: [id, 'a'.repeat(43), gatewayClient.clientSecret],
    challenge: 'Session realm="gatehouse", login="/auth/own/login"',
    caller: {
      issuer: provider.url,
      scopes: ['openid'],
      expiresAtMs: expect.any(Number) as never,
    },
    async spoil() {
      redis.freeze();
    },
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

const test = await redisTest();
authSchemeContract(fixture, test);
askingSchemeContract(fixture, test);
