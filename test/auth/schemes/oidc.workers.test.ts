import { expect } from '@jest/globals';
import { folderWith } from '../../config/files.ts';
import { start } from '../../harness/command.ts';
import { freePort } from '../../harness/free-port.ts';
import { gatewayClient, startOpenidProvider } from '../../harness/openid-provider.ts';
import { redisTest, startRedis } from '../../harness/redis.ts';
import { loggedIn, sessionOf, smallSupergraph } from './oidc-shop.ts';

const test = await redisTest();

test('a session is good at every worker that answers', async () => {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  await using redis = await startRedis();
  await using provider = await startOpenidProvider({
    redirectUris: [`${origin}/auth/own/callback`],
  });
  const config = {
    server: { listen: [{ host: '127.0.0.1', port }], admin: { port: 0 }, workers: 2 },
    redis: { url: `$\{env:REDIS_URL}` },
    auth: { own: { oidc: { issuer: provider.url, ...gatewayClient, publicUrl: origin } } },
    graphql: { auth: ['own'], supergraph: { file: 'supergraph.graphql' } },
  };
  await using folder = await folderWith({
    'gatehouse.yaml': JSON.stringify(config),
    'supergraph.graphql': smallSupergraph(),
  });
  const args = ['src/cli/main.ts', 'serve', '--config', folder.file('gatehouse.yaml')];
  const env = { REDIS_URL: redis.url };
  await using gateway = start(process.execPath, args, { env });
  await gateway.printed(/"msg":"ready"/);
  const visitor = await loggedIn(origin);
  // Each on a connection of its own, so that both workers answer some of them.
  const all = Array.from({ length: 20 }, () => sessionOf(visitor, origin));
  for (const { status, body } of await Promise.all(all)) {
    expect([status, body['subject']]).toEqual([200, 'mira']);
  }
  expect(gateway.text).not.toContain(redis.url);
});
