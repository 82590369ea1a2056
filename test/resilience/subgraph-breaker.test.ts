import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { post, rawClient } from '../edge/raw-client.ts';
import { listen } from '../harness/listen.ts';
import { lost, twice, withProfilesAt } from '../subgraph/broken.ts';
import { type All, ask, good, inTurn, metricOf, profilesAt, status } from './profiles.ts';

describe('a breaker', () => {
  const breaker = { minRequests: 4, open: '200ms..1s', probes: 1 } as const;
  const settings: All = { retry: { max: 0 }, breaker, deduplicate: false };

  test('opens, is told with the time it takes, and leaves the rest of an operation alone', async () => {
    await using server = await inTurn(status(500));
    await using federation = await profilesAt(server.url, {
      ...settings,
      breaker: { ...breaker, open: '1m..1m' },
    });
    for (let asked = 0; asked < 4; asked += 1) await federation.send(ask);
    expect(server.asked).toHaveLength(4);
    const body = (await federation.send(twice)).body;
    expect(server.asked).toHaveLength(4);
    const refusal = lost(
      'is not called at present: too many calls failed',
      'SUBGRAPH_CIRCUIT_BREAKER_REJECTED',
      { retryAfterMs: expect.any(Number) },
    );
    expect(body).toEqual(refusal);
    const [line] = await federation.logged('A circuit breaker opened');
    expect(await metricOf(federation, 'circuit_breaker_state')).toBe('1');
    // One for the root field, one for the entity.
    expect(await metricOf(federation, 'circuit_breaker_short_circuits_total')).toBe('2');
    const opened = ',state="open",scope="subgraph"';
    const transitions = 'circuit_breaker_state_transitions_total';
    expect(await metricOf(federation, transitions, opened)).toBe('1');
    expect(line).toMatchObject({
      level: 'warn',
      subgraph: 'profiles',
      from: 'closed',
      to: 'open',
      failures: 4,
      total: 4,
    });
  });

  test('sends those away that still wait for room when it opens', async () => {
    const held = Promise.withResolvers<void>();
    await using server = await inTurn(async (_request, response) => {
      await held.promise;
      response.writeHead(500).end();
    });
    await using federation = await withProfilesAt(server.url, {
      deduplicate: { enabled: false },
      subgraphs: {
        all: {
          ...settings,
          breaker: { minRequests: 1, open: '1m..1m' },
          concurrency: { max: 1, queue: 5 },
        },
      },
    });
    const replies = Array.from({ length: 4 }, () => federation.send(ask));
    while ((await metricOf(federation, 'gatehouse_subgraph_attempts_queued')) !== '3');
    held.resolve();
    const codes = (await Promise.all(replies)).map(({ body }) => {
      return (body as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;
    });
    // The room of the one that opened it was given to the next by then.
    expect(codes.toSorted()).toEqual([
      'SUBGRAPH_CIRCUIT_BREAKER_REJECTED',
      'SUBGRAPH_CIRCUIT_BREAKER_REJECTED',
      'SUBREQUEST_HTTP_ERROR',
      'SUBREQUEST_HTTP_ERROR',
    ]);
    expect(server.asked).toHaveLength(2);
    expect(await metricOf(federation, 'gatehouse_subgraph_attempts_in_flight')).toBe('0');
  });

  test('lets one probe through each time, and closes when it is answered', async () => {
    let isDown = true;
    await using server = await inTurn((request, response) =>
      (isDown ? status(500) : good)(request, response),
    );
    await using federation = await withProfilesAt(server.url, {
      deduplicate: { enabled: false },
      subgraphs: { all: settings },
    });
    for (let asked = 0; asked < 4; asked += 1) await federation.send(ask);
    expect(server.asked).toHaveLength(4);
    // However many ask, and for however long: one gets through, and it opens again.
    while (server.asked.length < 6) {
      await Promise.all(Array.from({ length: 50 }, () => federation.send(ask)));
    }
    const opened = federation.log.filter(({ msg }) => msg === 'A circuit breaker opened');
    expect(server.asked).toHaveLength(4 + opened.length - 1);
    isDown = false;
    // Asked all the time, it is probed once the open time is over, and answers.
    let data: unknown;
    while (data === undefined) {
      const { body } = await federation.send(ask);
      data = (body as { data: { motto: unknown } }).data.motto ?? undefined;
    }
    expect((await federation.send(ask)).body).toEqual({ data: { motto: 'onwards' } });
    await federation.logged('A circuit breaker changed', 2);
  });

  test.each([
    ['an answer with errors in GraphQL', '{"errors":[{"message":"no"}]}', {}, 200],
    ['a status that is the gateway’s fault', '', {}, 404],
    ['a text that is no JSON', 'hello', {}, 200],
  ])('does not open by %s', async (_what, body, more, code) => {
    await using server = await inTurn((_request, response) => {
      response.writeHead(code).end(body);
    });
    const all = { ...settings, breaker: { ...breaker, ...more } };
    await using federation = await profilesAt(server.url, all);
    for (let asked = 0; asked < 10; asked += 1) await federation.send(ask);
    expect(server.asked).toHaveLength(10);
  });

  test.each([
    ['errors in GraphQL', '{"errors":[{"message":"no"}]}', { graphqlErrors: true }, 200],
    ['statuses', '', { statuses: [404] }, 404],
  ])('opens by %s where it is told to', async (_what, body, more, code) => {
    await using server = await inTurn((_request, response) => {
      response.writeHead(code).end(body);
    });
    const all = { ...settings, breaker: { ...breaker, ...more, open: '1m..1m' } };
    await using federation = await profilesAt(server.url, all);
    for (let asked = 0; asked < 10; asked += 1) await federation.send(ask);
    expect(server.asked).toHaveLength(4);
  });

  test('does not open by clients that leave', async () => {
    let requests = Promise.withResolvers<{ readonly closed: Promise<unknown> }>();
    await using server = await listen((request) => {
      requests.resolve({ closed: once(request.socket, 'close') });
    });
    await using federation = await profilesAt(server.url, {
      ...settings,
      timeout: { total: '5s' },
    });
    for (let left = 0; left < 8; left += 1) {
      requests = Promise.withResolvers();
      await using client = await rawClient(Number(new URL(federation.gateway.url).port));
      client.send(post(JSON.stringify({ query: ask })));
      const { closed } = await requests.promise;
      client.socket.destroy();
      await closed;
    }
    expect(federation.log.filter(({ msg }) => msg === 'A circuit breaker opened')).toEqual([]);
  });

  test('opens by calls that take too long, together with all their attempts', async () => {
    await using server = await listen(() => undefined);
    const timeout = { total: '50ms' };
    await using federation = await profilesAt(server.url, { ...settings, timeout });
    const names = ['one', 'two', 'three', 'four'];
    await Promise.all(names.map((name) => federation.send(`{ ${name}: motto }`)));
    await federation.logged('A circuit breaker opened');
  });

  test('and its state survive a reload, and take on other options', async () => {
    await using server = await inTurn(status(500));
    const open = { ...settings, breaker: { ...breaker, open: '1m..1m' } };
    await using federation = await profilesAt(server.url, open);
    for (let asked = 0; asked < 4; asked += 1) await federation.send(ask);
    const { config, gateway } = federation;
    const { all } = config.graphql.subgraphs;
    const changed = (breakerOptions: object) => ({
      ...config,
      graphql: {
        ...config.graphql,
        subgraphs: { all: { ...all, breaker: { ...all.breaker, ...breakerOptions } } },
      },
    });
    expect(await gateway.reload(changed({ minRequests: 5 }))).toMatchObject({ outcome: 'swapped' });
    expect((await federation.send(ask)).body).toHaveProperty(
      'errors.0.extensions.code',
      'SUBGRAPH_CIRCUIT_BREAKER_REJECTED',
    );
    expect(server.asked).toHaveLength(4);
    expect(await gateway.reload(changed({ enabled: false }))).toMatchObject({ outcome: 'swapped' });
    await federation.send(ask);
    expect(server.asked).toHaveLength(5);
  });
});
