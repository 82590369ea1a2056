import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { FaultyProxy } from '../harness/faulty-proxy.ts';
import { type Federation, federate } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';
import { profilesServer, seen, twice, whole, withProfilesAt } from '../subgraph/broken.ts';
import {
  type All,
  ask,
  good,
  inTurn,
  metricOf,
  profilesAt,
  quick,
  reset,
  status,
} from './profiles.ts';

describe('a query that failed', () => {
  test.each([429, 500, 502, 503, 504])('with status %d is made again', async (code) => {
    await using server = await inTurn(status(code), good);
    await using federation = await profilesAt(server.url, { retry: quick });
    expect((await federation.send(ask)).body).toEqual({ data: { motto: 'onwards' } });
    const retries = 'gatehouse_subgraph_retries_total';
    expect(await metricOf(federation, retries, ',outcome="recovered"')).toBe('1');
    expect(server.asked).toHaveLength(2);
    expect(server.asked[1]).toBe(server.asked[0]);
  });

  test.each([400, 401, 404, 501])('with status %d is not', async (code) => {
    await using server = await inTurn(status(code), good);
    await using federation = await profilesAt(server.url, { retry: quick });
    expect((await federation.send(ask)).body).toHaveProperty(
      'errors.0.extensions.http.status',
      code,
    );
    expect(server.asked).toHaveLength(1);
  });

  test('with a connection that was reset is made again', async () => {
    await using server = await inTurn(reset, good);
    await using federation = await profilesAt(server.url, { retry: quick });
    expect((await federation.send(ask)).body).toEqual({ data: { motto: 'onwards' } });
  });

  test('for want of an answer in the time for one attempt is made again', async () => {
    await using server = await inTurn(() => undefined, good);
    await using federation = await profilesAt(server.url, {
      retry: quick,
      timeout: { try: '1s' },
    });
    expect((await federation.send(ask)).body).toEqual({ data: { motto: 'onwards' } });
    expect(server.asked).toHaveLength(2);
  });

  test('is made as often as is allowed, and then told', async () => {
    await using server = await inTurn(status(503));
    await using federation = await profilesAt(server.url, { retry: { ...quick, max: 4 } });
    const message = 'answered with HTTP status 503';
    const http = { http: { status: 503 } };
    expect((await federation.send(ask)).body).toMatchObject({
      data: { motto: null },
      errors: [{ message: `profiles ${message}`, extensions: http }],
    });
    expect(server.asked).toHaveLength(5);
  });

  test('waits as long as the subgraph asks, in seconds', async () => {
    await using server = await inTurn(status(503, { 'retry-after': '1' }), good);
    await using federation = await profilesAt(server.url, { retry: quick });
    const startedMs = performance.now();
    expect((await federation.send(ask)).body).toEqual({ data: { motto: 'onwards' } });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(999);
  });

  test('waits as long as the subgraph asks, to a date', async () => {
    const until = new Date(Date.now() + 2_000);
    until.setMilliseconds(0);
    const headers = { 'retry-after': until.toUTCString() };
    await using server = await inTurn(status(429, headers), good);
    await using federation = await profilesAt(server.url, { retry: quick });
    expect((await federation.send(ask)).body).toEqual({ data: { motto: 'onwards' } });
    expect(Date.now()).toBeGreaterThanOrEqual(until.getTime() - 1);
  });

  test('is not made again where the subgraph asks for more time than there is', async () => {
    await using server = await inTurn(status(503, { 'retry-after': '30' }), good);
    const timeout = { total: '20s' };
    await using federation = await profilesAt(server.url, { retry: quick, timeout });
    const startedMs = performance.now();
    await federation.send(ask);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(server.asked).toHaveLength(1);
  });
});

test('Of two targets the one that fails costs no query its answer, and is soon left alone', async () => {
  await using bad = await inTurn(status(503));
  await using well = await inTurn(good);
  await using federation = await withProfilesAt(bad.url, {
    subgraphs: {
      all: {
        retry: { ...quick, max: 1, budget: '100%' },
        breaker: { minRequests: 4, failures: '90%', open: '1m..1m' },
      },
      profiles: { targets: [bad.url, well.url], eject: { after: 1_000 } },
    },
  });
  for (let asked = 0; asked < 40; asked += 1) {
    expect((await federation.send(ask)).body).toEqual({ data: { motto: 'onwards' } });
  }
  expect(well.asked).toHaveLength(40);
  expect(bad.asked).toHaveLength(4);
  const upstreams = await (await fetch(`${federation.gateway.adminUrl}/upstreams`)).text();
  expect(upstreams).toContain('"state":"open"');
});

describe('a mutation', () => {
  const orders = 'type Query { nothing: Int }  type Mutation { order: Int }';
  const ordered = '{"data":{"order":7}}';
  const order = 'mutation { order }';

  function ordersAt(url: string, all: All = { retry: { ...quick, max: 5 } }): Promise<Federation> {
    const subgraphs = { orders: { sdl: orders, url } };
    return federate({ subgraphs, config: { graphql: { subgraphs: { all } } } });
  }

  test.each([
    ['got a status', status(503, { 'retry-after': '0' })],
    ['was reset', reset],
    ['ended without an answer', (request) => void request.socket.end()],
  ] as readonly (readonly [string, RequestListener])[])(
    'that was sent and %s is never made again',
    async (_what, listener) => {
      await using server = await inTurn(listener);
      await using federation = await ordersAt(server.url);
      expect((await federation.send(order)).body).toMatchObject({ data: { order: null } });
      expect(server.asked).toHaveLength(1);
    },
  );

  test('that is slow has more time than one attempt of a query', async () => {
    await using server = await inTurn((_request, response) => {
      setTimeout(() => response.end(ordered), 150);
    });
    await using federation = await ordersAt(server.url, { timeout: { try: '30ms' } });
    expect((await federation.send(order)).body).toEqual({ data: { order: 7 } });
  });

  test('that was never sent is made again', async () => {
    const asked: string[] = [];
    const server = await listen(async (request, response) => {
      asked.push(await text(request));
      response.end(ordered);
    });
    const { port, url } = server;
    await server[Symbol.asyncDispose]();
    const retry = { max: 10, backoff: '1s..1s', minPerSecond: 10 };
    await using federation = await ordersAt(url, { retry });
    const refused = refusedAt(port);
    const reply = federation.send(order);
    await refused;
    server.server.listen(port, '127.0.0.1');
    await once(server.server, 'listening');
    expect((await reply).body).toEqual({ data: { order: 7 } });
    expect(asked).toHaveLength(1);
    server.server.close();
    server.server.closeAllConnections();
  });

  /** The next connection to this port that is refused. */
  function refusedAt(wanted: number): Promise<void> {
    return new Promise((resolve) => {
      const failed = (message: unknown): void => {
        const { connectParams } = message as { connectParams: { port: string } };
        if (connectParams.port !== `${wanted}`) return;
        unsubscribe('undici:client:connectError', failed);
        resolve();
      };
      subscribe('undici:client:connectError', failed);
    });
  }
});

describe('a connection', () => {
  test.each(['reset', 'cut'] as const)('that is %s is an attempt that failed', async (fault) => {
    await using server = await profilesServer();
    await using proxy = await FaultyProxy.start(server.port);
    await using federation = await profilesAt(proxy.url, { retry: { max: 0 } });
    proxy.fault = fault;
    expect(seen(await federation.send(twice))).toMatchObject({
      body: { data: { me: { name: 'Ada', bio: null } } },
    });
    proxy.fault = 'none';
    expect((await federation.send(twice)).body).toEqual(whole);
  });

  test('that leads nowhere is given up after the time for one attempt', async () => {
    await using server = await profilesServer();
    await using proxy = await FaultyProxy.start(server.port);
    const timeout = { try: '1s', total: '20s' };
    const retry = { ...quick, max: 10 };
    await using federation = await profilesAt(proxy.url, { retry, timeout });
    proxy.fault = 'black-hole';
    const reply = federation.send(twice);
    await once(server.server, 'connection');
    proxy.fault = 'none';
    expect((await reply).body).toEqual(whole);
  });
});
