import { expect, test } from '@jest/globals';
import { type Federation, federate } from '../harness/federation.ts';

async function hits({ gateway }: Federation, cache: 'document' | 'plan'): Promise<number> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const series = `^gatehouse_${cache}_cache_requests_total\\{result="hit"\\} (\\d+)$`;
  return Number(new RegExp(series, 'm').exec(text)?.[1] ?? 0);
}

test('operations in use stay parsed and planned through a flood of others', async () => {
  await using federation = await federate({
    // Room for about three hundred of these.
    config: { graphql: { documentCache: { size: '200KiB' }, planCache: { size: '1MiB' } } },
    subgraphs: { a: { sdl: 'type Query { one: Int }', resolvers: { Query: { one: () => 1 } } } },
  });
  const hot = Array.from({ length: 50 }, (_, n) => `query Hot${n} { one }`);
  const sendAll = async (texts: readonly string[]) => {
    for (const text of texts) {
      expect((await federation.send(text)).body).toEqual({ data: { one: 1 } });
    }
  };
  await sendAll(hot);
  await sendAll(hot);
  await sendAll(Array.from({ length: 1_500 }, (_, n) => `query Flood${n} { one }`));
  const before = {
    documents: await hits(federation, 'document'),
    plans: await hits(federation, 'plan'),
  };
  expect(before).toEqual({ documents: hot.length, plans: hot.length });
  await sendAll(hot);
  expect(await hits(federation, 'document')).toBe(2 * hot.length);
  expect(await hits(federation, 'plan')).toBe(2 * hot.length);
}, 120_000);
