import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { Disposer } from '../../../src/lib/disposer.ts';
import { folderWith } from '../../config/files.ts';
import { type RunningCommand, start } from '../../harness/command.ts';
import { freePort } from '../../harness/free-port.ts';
import {
  gatewayClient,
  type OpenidProvider,
  startOpenidProvider,
} from '../../harness/openid-provider.ts';
import { redisTest, startRedis } from '../../harness/redis.ts';
import { loggedIn, type ShopOptions, sessionOf, smallSupergraph } from './oidc-shop.ts';
import { Visitor } from './oidc-visitor.ts';

const testWithRedis = await redisTest();
const sameOrigin = { 'sec-fetch-site': 'same-origin' };
const isReady = '"msg":"A worker is ready"';

interface Crew extends AsyncDisposable {
  readonly gateway: RunningCommand;
  readonly provider: OpenidProvider;
  readonly origin: string;
  /** Has the gateway read its configuration again, with these options of `oidc`. */
  reload(oidc: ShopOptions['oidc']): Promise<void>;
}

interface CrewOptions extends Pick<ShopOptions, 'oidc' | 'login'> {
  /** Default none. */
  readonly redisUrl?: string;
}

/** Starts a gateway of two workers, and a provider to log in at. */
async function openCrew({ oidc, login, redisUrl }: CrewOptions = {}): Promise<Crew> {
  const owned = new Disposer();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const redirectUris = [`${origin}/auth/own/callback`];
  const provider = owned.use(await startOpenidProvider({ redirectUris, ...login }));
  const configWith = (more: ShopOptions['oidc']) => {
    const own = { oidc: { issuer: provider.url, ...gatewayClient, publicUrl: origin, ...more } };
    return JSON.stringify({
      server: { listen: [{ host: '127.0.0.1', port }], admin: { port: 0 }, workers: 2 },
      ...(redisUrl !== undefined && { redis: { url: `$\{env:REDIS_URL}`, timeout: '5s' } }),
      auth: { own },
      graphql: { auth: ['own'], supergraph: { file: 'supergraph.graphql' } },
    });
  };
  const folder = owned.use(
    await folderWith({
      'gatehouse.yaml': configWith(oidc),
      'supergraph.graphql': smallSupergraph(),
    }),
  );
  const args = ['src/cli/main.ts', 'serve', '--config', folder.file('gatehouse.yaml')];
  const env = redisUrl === undefined ? {} : { REDIS_URL: redisUrl };
  const gateway = owned.use(start(process.execPath, args, { env }));
  await gateway.printed(/"msg":"ready"/);
  return {
    gateway,
    provider,
    origin,
    async reload(more) {
      await writeFile(folder.file('gatehouse.yaml'), configWith(more));
      gateway.signal('SIGHUP');
      await gateway.printed(/"msg":"The configuration was read again: swapped"/);
    },
    [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
  };
}

/** What pages are told, each on a connection of its own, so that both workers tell some of them. */
async function askOften({ origin }: Crew, visitor: Visitor) {
  const all = Array.from({ length: 20 }, () => sessionOf(visitor, origin));
  const told = await Promise.all(all);
  return new Set(told.map(({ status, body }) => `${status} ${body['subject'] ?? ''}`.trim()));
}

function logOut({ origin }: Crew, visitor: Visitor) {
  return visitor.send(`${origin}/auth/own/logout`, { method: 'POST', headers: sameOrigin });
}

function refreshes({ provider }: Crew): number {
  return provider.asked.filter((path) => path === '/token').length - 1;
}

/** A session whose access token has ended. */
async function withEndedToken(crew: Crew, accessTokenS: number): Promise<Visitor> {
  const visitor = await loggedIn(crew.origin);
  const endsAtMs = Date.now() + accessTokenS * 1_000;
  while (Date.now() <= endsAtMs) await new Promise((resolve) => setTimeout(resolve, 10));
  return visitor;
}

async function isOfAll(crew: Crew): Promise<void> {
  const visitor = await loggedIn(crew.origin);
  expect(await askOften(crew, visitor)).toEqual(new Set(['200 mira']));
  const workers = [...crew.gateway.text.matchAll(/"worker":(\d),[^\n]*"msg":"request"/g)];
  expect(new Set(workers.map(([, worker]) => worker))).toEqual(new Set(['1', '2']));

  const other = await loggedIn(crew.origin, 'jules');
  const cookies = new Map(visitor.jar(crew.origin));
  expect((await logOut(crew, visitor)).status).toBe(200);
  visitor.cookies.set(crew.origin, cookies);
  expect(await askOften(crew, visitor)).toEqual(new Set(['401']));
  expect(await askOften(crew, other)).toEqual(new Set(['200 jules']));
}

test('a session is good at every worker, and over for all of them', async () => {
  await using crew = await openCrew();
  await isOfAll(crew);
});

testWithRedis('so it is where Redis has it', async () => {
  await using redis = await startRedis();
  await using crew = await openCrew({ redisUrl: redis.url });
  await isOfAll(crew);
  expect(crew.gateway.text).not.toContain(redis.url);
});

test('a login that one worker begins is finished by another, once', async () => {
  await using crew = await openCrew();
  const { origin } = crew;
  const visitor = new Visitor();
  const back = await visitor.logIn(`${origin}/auth/own/login`, 'mira', /callback\?/);
  const jar = new Map(visitor.jar(origin));
  const all = Array.from({ length: 10 }, () => {
    const copy = new Visitor();
    copy.cookies.set(origin, new Map(jar));
    return copy.send(back.url);
  });
  const statuses = (await Promise.all(all)).map(({ status }) => status);
  expect(statuses.sort()).toEqual([303, ...Array.from({ length: 9 }, () => 400)]);
});

test('a refresh token is used once, whichever workers want to', async () => {
  const accessTokenS = 3;
  await using crew = await openCrew({
    oidc: { refresh: { before: '0ms' } },
    login: { accessTokenS },
  });
  const visitor = await withEndedToken(crew, accessTokenS);
  expect(await askOften(crew, visitor)).toEqual(new Set(['200 mira']));
  expect(refreshes(crew)).toBe(1);
});

test('sessions outlive workers, and a change of the configuration', async () => {
  await using crew = await openCrew();
  const { gateway, origin } = crew;
  const visitor = await loggedIn(origin);
  await kill(gateway);
  expect(await askOften(crew, visitor)).toEqual(new Set(['200 mira']));
  const session = { memory: { count: 10 }, claims: ['roles'] };
  await crew.reload({ session });
  expect(await askOften(crew, visitor)).toEqual(new Set(['200 mira']));
  expect((await sessionOf(visitor, origin)).body['claims']).toEqual({ roles: ['staff'] });
});

test('workers that die while they refresh a session keep nobody from it for long', async () => {
  const accessTokenS = 1;
  await using crew = await openCrew({
    oidc: { refresh: { before: '0ms' }, timeout: '2s' },
    login: { accessTokenS },
  });
  const { gateway, provider, origin } = crew;
  const visitor = await withEndedToken(crew, accessTokenS);
  const asked = Promise.withResolvers<void>();
  provider.answer = (request) => {
    if (request.url === '/token') asked.resolve();
  };
  const lost = sessionOf(visitor, origin);
  lost.catch(() => {});
  await asked.promise;
  await kill(gateway);
  await expect(lost).rejects.toThrow();
  provider.answer = undefined;
  expect(await sessionOf(visitor, origin)).toMatchObject({
    status: 200,
    body: { subject: 'mira' },
  });
  expect(refreshes(crew)).toBe(2);
});

test('while the process that has the sessions is frozen, they are answered with 503', async () => {
  await using crew = await openCrew();
  const { gateway, origin } = crew;
  const visitor = await loggedIn(origin);
  const cookie = [...visitor.jar(origin)].map((pair) => pair.join('=')).join('; ');
  // On one connection: others are handed out by that process.
  using agent = keptConnection();
  const ask = async (headers: Record<string, string>) => {
    const type = { 'content-type': 'application/json', ...sameOrigin };
    const options = { method: 'POST', headers: { ...type, ...headers }, agent };
    const sent = request(`${origin}/graphql`, options);
    sent.end(JSON.stringify({ query: '{ __typename }' }));
    const [reply] = (await once(sent, 'response')) as [IncomingMessage];
    const after = reply.headers['retry-after'];
    return { status: reply.statusCode, after, body: await json(reply) };
  };
  const good = { status: 200, after: undefined, body: { data: { __typename: 'Query' } } };
  expect(await ask({ cookie })).toEqual(good);
  process.kill(gateway.pid, 'SIGSTOP');
  try {
    expect(await ask({ cookie })).toEqual({
      status: 503,
      after: '1',
      body: {
        errors: [
          {
            message: 'Sessions cannot be looked up at the moment',
            extensions: { code: 'SERVICE_UNAVAILABLE' },
          },
        ],
      },
    });
    expect(await ask({})).toEqual(good);
  } finally {
    process.kill(gateway.pid, 'SIGCONT');
  }
  expect(await ask({ cookie })).toEqual(good);
});

function keptConnection(): Agent & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return Object.assign(agent, { [Symbol.dispose]: () => agent.destroy() });
}

/** Kills both workers, and waits for those that take their places. */
async function kill(gateway: RunningCommand): Promise<void> {
  const started = [...gateway.text.matchAll(new RegExp(`"pid":(\\d+),${isReady}`, 'g'))];
  for (const [, pid] of started) process.kill(Number(pid), 'SIGKILL');
  await gateway.printed(new RegExp(`(?:${isReady}[^]*?){${started.length + 2}}`));
}
