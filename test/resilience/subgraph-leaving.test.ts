import { describe, expect, test } from '@jest/globals';
import { post, rawClient } from '../edge/raw-client.ts';
import type { Federation } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';
import { ask, inTurn, metricOf, motto, profilesAt } from './profiles.ts';

describe('a client that leaves', () => {
  /** How long it takes from there on until nothing of its request is left. */
  async function leave(federation: Federation, query = ask): Promise<() => Promise<number>> {
    const client = await rawClient(Number(new URL(federation.gateway.url).port));
    client.send(post(JSON.stringify({ query })));
    return async () => {
      const leftMs = performance.now();
      client.socket.destroy();
      await federation.logged('request', 1);
      return performance.now() - leftMs;
    };
  }

  test('while a retry waits ends it within 50 ms', async () => {
    const answered = Promise.withResolvers<void>();
    await using server = await inTurn((_request, response) => {
      response.writeHead(503, { 'retry-after': '20' }).end(() => answered.resolve());
    });
    await using federation = await profilesAt(server.url, {});
    const left = await leave(federation);
    await answered.promise;
    expect(await left()).toBeLessThan(50);
    expect(server.asked).toHaveLength(1);
    expect(await inFlight(federation)).toEqual(['0', '0']);
  });

  test('while it waits in the queue ends that within 50 ms, and gives its place to others', async () => {
    const asked = Promise.withResolvers<void>();
    const answers: (() => void)[] = [];
    await using server = await listen((_request, response) => {
      answers.push(() => response.end(motto));
      asked.resolve();
    });
    const concurrency = { max: 1, queue: 1 };
    await using federation = await profilesAt(server.url, { concurrency, deduplicate: false });
    const first = federation.send('{ motto }');
    await asked.promise;
    const left = await leave(federation, '{ other: motto }');
    await queued(federation);
    expect((await federation.send('{ refused: motto }')).body).toMatchObject({
      errors: [
        {
          message: 'profiles is asked too much at once',
          extensions: { code: 'SUBGRAPH_CONCURRENCY_LIMITED', service: 'profiles' },
        },
      ],
    });
    const before = federation.log.filter(({ msg }) => msg === 'request').length;
    expect(before).toBe(1);
    const leftMs = performance.now();
    void left();
    await federation.logged('request', 2);
    expect(performance.now() - leftMs).toBeLessThan(50);
    answers[0]?.();
    expect((await first).body).toEqual({ data: { motto: 'onwards' } });
    expect(answers).toHaveLength(1);
    expect(await inFlight(federation)).toEqual(['0', '0']);
  });

  async function inFlight(federation: Federation): Promise<readonly (string | undefined)[]> {
    return [
      await metricOf(federation, 'gatehouse_subgraph_attempts_in_flight'),
      await metricOf(federation, 'gatehouse_subgraph_attempts_queued'),
    ];
  }

  async function queued(federation: Federation): Promise<void> {
    while ((await metricOf(federation, 'gatehouse_subgraph_attempts_queued')) !== '1');
  }
});
