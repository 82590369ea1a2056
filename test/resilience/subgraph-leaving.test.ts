import { describe, expect, test } from '@jest/globals';
import { post, rawClient } from '../edge/raw-client.ts';
import type { Federation } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';
import { ask, inTurn, metricOf, motto, profilesAt } from './profiles.ts';

describe('a client that leaves', () => {
  /** Asks, and gives the way to leave: it tells how long it took until the request had ended. */
  async function asking(federation: Federation, query = ask): Promise<() => Promise<number>> {
    const client = await rawClient(Number(new URL(federation.gateway.url).port));
    client.send(post(JSON.stringify({ query })));
    return async () => {
      const before = requestsOf(federation);
      const leftMs = performance.now();
      client.socket.destroy();
      await federation.logged('request', before + 1);
      return performance.now() - leftMs;
    };
  }

  /** Others use the processor too: of ten clients, the one that met nobody else counts. */
  async function soonest(leave: (round: number) => Promise<number>): Promise<number> {
    const tookMs: number[] = [];
    while (tookMs.length < 10) tookMs.push(await leave(tookMs.length));
    return Math.min(...tookMs);
  }

  function requestsOf({ log }: Federation): number {
    return log.filter(({ msg }) => msg === 'request').length;
  }

  test('while a retry waits ends it within 50 ms', async () => {
    let answered = Promise.withResolvers<void>();
    await using server = await inTurn((_request, response) => {
      response.writeHead(503, { 'retry-after': '20' }).end(() => answered.resolve());
    });
    await using federation = await profilesAt(server.url, { breaker: { enabled: false } });
    const soonestMs = await soonest(async () => {
      answered = Promise.withResolvers();
      const leave = await asking(federation);
      await answered.promise;
      return leave();
    });
    expect(soonestMs).toBeLessThan(50);
    expect(server.asked).toHaveLength(10);
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
    const soonestMs = await soonest(async (round) => {
      const leave = await asking(federation, '{ other: motto }');
      await queued(federation);
      expect((await federation.send('{ refused: motto }')).body).toMatchObject({
        errors: [
          {
            message: 'profiles is asked too much at once',
            extensions: { code: 'SUBGRAPH_CONCURRENCY_LIMITED', service: 'profiles' },
          },
        ],
      });
      await federation.logged('request', 2 * round + 1);
      return leave();
    });
    expect(soonestMs).toBeLessThan(50);
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
