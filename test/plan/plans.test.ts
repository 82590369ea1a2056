import { describe, expect, test } from '@jest/globals';
import { type Federation, federate } from '../harness/federation.ts';

const start = (graphql: object = {}) =>
  federate({
    config: { graphql },
    subgraphs: {
      a: {
        sdl: 'type Query { one: Int two(n: Int): Int }',
        resolvers: { Query: { one: () => 1, two: (_: never, { n }: { n: number }) => n } },
      },
    },
  });

async function lookUps({ gateway }: Federation, cache: 'plan' | 'document') {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const count = (result: string) => {
    const pattern = new RegExp(
      `^gatehouse_${cache}_cache_requests_total\\{result="${result}"\\} (\\d+)$`,
      'm',
    );
    return Number(pattern.exec(text)?.[1] ?? 0);
  };
  return { hit: count('hit'), miss: count('miss') };
}

describe('A plan', () => {
  test('is made once, though many equal requests come at once', async () => {
    await using federation = await start();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        federation.send('query ($n: Int) { two(n: $n) }', { n }),
      ),
    );
    expect(replies.map(({ body }) => body)).toEqual(replies.map((_, n) => ({ data: { two: n } })));
    expect(await lookUps(federation, 'plan')).toEqual({ hit: 19, miss: 1 });
    expect(await lookUps(federation, 'document')).toEqual({ hit: 19, miss: 1 });
  });

  test('belongs to one text and one operation of it', async () => {
    await using federation = await start();
    await federation.send('{ one }');
    await federation.send('{ one }');
    await federation.send('{ one  }');
    await federation.send('query A { one }');
    expect(await lookUps(federation, 'plan')).toEqual({ hit: 1, miss: 3 });
  });

  test('is made again where there is no room to keep it', async () => {
    await using federation = await start({
      planCache: { size: '1B' },
      documentCache: { size: '1B' },
    });
    for (const _ of [1, 2, 3]) {
      const reply = await federation.send('{ one }');
      expect(reply.body).toEqual({ data: { one: 1 } });
    }
    expect(await lookUps(federation, 'plan')).toEqual({ hit: 0, miss: 3 });
    expect(await lookUps(federation, 'document')).toEqual({ hit: 0, miss: 3 });
  });

  test('that was used least goes first', async () => {
    await using federation = await start({ planCache: { size: '6KiB' } });
    const texts = ['{ one }', '{ two(n: 1) }', '{ two(n: 2) }'] as const;
    for (const text of [texts[0], texts[1], texts[0], texts[2]]) await federation.send(text);
    const before = await lookUps(federation, 'plan');
    await federation.send(texts[0]);
    const kept = await lookUps(federation, 'plan');
    expect(kept.hit - before.hit).toBe(1);
    await federation.send(texts[1]);
    const gone = await lookUps(federation, 'plan');
    expect(gone.miss - kept.miss).toBe(1);
  });

  test('of a document that was refused is never made', async () => {
    await using federation = await start();
    await federation.send('{ nope }');
    expect(await lookUps(federation, 'plan')).toEqual({ hit: 0, miss: 0 });
    expect(await lookUps(federation, 'document')).toEqual({ hit: 0, miss: 0 });
  });
});

describe('A client that asks for the plan', () => {
  const plan = {
    kind: 'QueryPlan',
    node: { kind: 'Fetch', serviceName: 'a', operation: '{one}' },
  };
  const ask = (federation: Federation, value: string) =>
    federation.send('{ one }', {}, { 'apollo-expose-query-plan': value });

  test('gets it beside the data, or alone, where that is allowed', async () => {
    await using federation = await start({ exposePlan: true });
    const both = await ask(federation, 'true');
    expect(both.body).toMatchObject({
      data: { one: 1 },
      extensions: {
        apolloQueryPlan: { object: plan, text: expect.stringContaining('Fetch(service: "a")') },
      },
    });
    const alone = await ask(federation, 'dry-run');
    expect(alone.body).toMatchObject({
      data: null,
      extensions: { apolloQueryPlan: { object: plan } },
    });
    expect(federation.subgraphs['a']?.requests).toHaveLength(1);
  });

  test('gets the data alone otherwise', async () => {
    await using federation = await start();
    const reply = await ask(federation, 'true');
    expect(reply.body).toEqual({ data: { one: 1 } });
  });
});
