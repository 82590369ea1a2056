import { describe, expect, test } from '@jest/globals';
import { type GatewayConfig, gatewayConfig } from '../../../src/config/schema.ts';
import { type Federation, type FederationOptions, federate } from '../../harness/federation.ts';

const link = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [${imports}])\n`;

/** `price` moves from the old subgraph to the new one; `stock` is where it was. */
function shop(label: string, options: Omit<FederationOptions, 'subgraphs'> = {}) {
  return federate({
    ...options,
    subgraphs: {
      old: {
        sdl: `${link('"@key"')} type Query { item: Item }
          type Item @key(fields: "id") { id: ID! price: String stock: Int }`,
        resolvers: { Query: { item: () => ({ id: '1', price: 'old', stock: 3 }) } },
      },
      new: {
        sdl: `${link('"@key" "@override"')}
          type Item @key(fields: "id") { id: ID! price: String @override(from: "old", label: "${label}") }`,
        resolvers: { Item: { __resolveReference: () => ({ price: 'new' }) } },
      },
    },
  });
}

async function priceFor(
  federation: Federation,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { body } = await federation.send('{ item { price stock } }', {}, headers);
  const { data } = body as { data: { item: { price: string; stock: number } } };
  expect(data.item.stock).toBe(3);
  return data.item.price;
}

const overriding = (
  progressiveOverride: GatewayConfig['graphql']['progressiveOverride'] | object,
) => ({ config: { graphql: { progressiveOverride } } });

describe('A label of @override', () => {
  test('is not active unless something says so', async () => {
    await using federation = await shop('new-prices');
    expect(await priceFor(federation)).toBe('old');
  });

  test('is active for all, or for none, as the configuration says', async () => {
    for (const active of [true, false]) {
      await using federation = await shop(
        'new-prices',
        overriding({ labels: { 'new-prices': active } }),
      );
      expect(await priceFor(federation)).toBe(active ? 'new' : 'old');
    }
  });

  test('goes by a header: there, or with a value', async () => {
    const labels = { 'new-prices': { header: 'X-Beta' } };
    await using anything = await shop('new-prices', overriding({ labels }));
    expect(await priceFor(anything)).toBe('old');
    expect(await priceFor(anything, { 'x-beta': 'yes' })).toBe('new');
    expect(await priceFor(anything, { 'x-beta': 'false' })).toBe('old');
    const exact = { 'new-prices': { header: 'X-Beta', equals: 'prices' } };
    await using valued = await shop('new-prices', overriding({ labels: exact }));
    expect(await priceFor(valued, { 'x-beta': 'yes' })).toBe('old');
    expect(await priceFor(valued, { 'x-beta': 'prices' })).toBe('new');
  });

  test.each([
    ['groups', { groups: ['guests', 'testers'] }, 'new'],
    ['groups', { groups: 'testers' }, 'new'],
    ['groups', { groups: ['guests'] }, 'old'],
    ['realm_access.roles', { realm_access: { roles: ['testers'] } }, 'new'],
    ['https://shop.example/group', { 'https://shop.example/group': 'testers' }, 'new'],
    ['constructor.name', {}, 'old'],
    ['groups', undefined, 'old'],
  ])('goes by the claim %s of %j: %s', async (claim, claims, price) => {
    const labels = { 'new-prices': { claim, equals: 'testers' } };
    await using federation = await shop('new-prices', {
      ...overriding({ labels }),
      layers: {
        request: [
          (next) => (request, signal) =>
            next(claims === undefined ? request : { ...request, caller: { claims } }, signal),
        ],
      },
    });
    expect(await priceFor(federation)).toBe(price);
  });

  test('is decided by a function, which may leave it to the configuration', async () => {
    const asked = new Set<string>();
    await using federation = await shop('new-prices', {
      ...overriding({ labels: { 'new-prices': { header: 'x-beta' } } }),
      overrideLabel: async (label, { headers }) => {
        asked.add(label);
        return headers['x-choice'] === undefined ? undefined : headers['x-choice'] === 'new';
      },
    });
    expect(await priceFor(federation, { 'x-choice': 'new' })).toBe('new');
    expect(await priceFor(federation, { 'x-choice': 'old', 'x-beta': 'yes' })).toBe('old');
    expect(await priceFor(federation, { 'x-beta': 'yes' })).toBe('new');
    expect([...asked]).toEqual(['new-prices']);
  });

  test('is not decided on for an operation that it does not concern', async () => {
    const asked: string[] = [];
    await using federation = await shop('new-prices', {
      overrideLabel: (label) => {
        asked.push(label);
        return true;
      },
    });
    const { body } = await federation.send('{ item { stock } }');
    expect([body, asked]).toEqual([{ data: { item: { stock: 3 } } }, []]);
  });

  test('a wrong name of a header is refused with its place', () => {
    const { error } = gatewayConfig.safeParse({
      graphql: { progressiveOverride: { labels: { a: { header: 'no header' } } } },
    });
    expect(error?.issues[0]?.path).toEqual([
      'graphql',
      'progressiveOverride',
      'labels',
      'a',
      'header',
    ]);
  });
});

describe('percent(n)', () => {
  const callers = Array.from({ length: 300 }, (_, index) => `Bearer caller-${index}`);

  async function moved(label: string): Promise<ReadonlySet<string>> {
    await using federation = await shop(label);
    const prices = await Promise.all(
      callers.map((authorization) => priceFor(federation, { authorization })),
    );
    return new Set(callers.filter((_, index) => prices[index] === 'new'));
  }

  test('moves that share of the callers, the same ones each time, and more when it grows', async () => {
    const tenth = await moved('percent(10)');
    const half = await moved('percent(50)');
    expect(tenth.size).toBeGreaterThan(10);
    expect(tenth.size).toBeLessThan(60);
    expect(half.size).toBeGreaterThan(110);
    expect(half.size).toBeLessThan(190);
    expect(await moved('percent(50)')).toEqual(half);
    expect([...tenth].filter((caller) => !half.has(caller))).toEqual([]);
  });

  test('moves nobody at 0 and everybody at 100', async () => {
    expect((await moved('percent(0)')).size).toBe(0);
    expect((await moved('percent(100)')).size).toBe(callers.length);
  });

  test('goes by what the configuration names, and by the address where there is nothing', async () => {
    await using federation = await shop(
      'percent(50)',
      overriding({ stickyBy: [{ header: 'x-user' }] }),
    );
    const users = await Promise.all(
      callers.map((user) => priceFor(federation, { 'x-user': user, authorization: 'the same' })),
    );
    expect(new Set(users)).toEqual(new Set(['old', 'new']));
    const nameless = await Promise.all(
      callers.map((authorization) => priceFor(federation, { authorization })),
    );
    expect(new Set(nameless).size).toBe(1);
  });
});
