import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { linked, type Resolvers, startSubgraph } from '../harness/subgraph.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { startGuarded } from './guarded.ts';
import { underPassRule } from './pass-rule.ts';

/** Two products, each next to both of them: fields of two subgraphs, which have to take turns. */
const catalog = `type Query { product: Product } type Product @key(fields: "id") { id: ID! a: [Product] name: String }`;
const stock = `type Product @key(fields: "id") { id: ID! b: [Product] left: Int! must: Int! }`;
const both = [{ id: '1' }, { id: '2' }];
const reference = ({ id }: { readonly id: string }) => ({ id, name: `n${id}`, left: 1 });
const catalogResolvers: Resolvers = {
  Query: { product: () => ({ id: '1' }) },
  Product: { __resolveReference: reference, a: () => both },
};
const stockResolvers: Resolvers = {
  Product: {
    __resolveReference: reference,
    b: () => both,
    must() {
      throw new Error('secret');
    },
  },
};

/** Fan-out 2 at each of `depth` levels. */
const bomb = (depth: number, leaf: string) =>
  `{ product { ${Array.from({ length: depth }, (_, level) => (level % 2 === 0 ? 'a { ' : 'b { ')).join('')} ${leaf} ${'}'.repeat(depth)} } }`;

let shop: GatewayProcess;
beforeAll(async () => {
  shop = await startGuarded({
    subgraphs: {
      catalog: { sdl: linked(catalog), server: await startSubgraph(catalog, catalogResolvers) },
      stock: { sdl: linked(stock), server: await startSubgraph(stock, stockResolvers) },
    },
    config: { graphql: { batching: { enabled: true, max: 10 } } },
  });
});
afterAll(async () => shop?.[Symbol.asyncDispose]());

interface Bombed {
  readonly status: number;
  readonly bytes: number;
  readonly codes: readonly (readonly unknown[])[];
  readonly hasData: boolean;
}

async function send(body: unknown): Promise<Bombed> {
  const response = await fetch(shop.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const parsed = JSON.parse(text);
  const answers = Array.isArray(parsed) ? parsed : [parsed];
  return {
    status: response.status,
    bytes: text.length,
    codes: answers.map(({ errors = [] }) =>
      errors.map(({ extensions }: { extensions: { code?: unknown } }) => extensions.code),
    ),
    hasData: answers.every(({ data }) => data?.product != null),
  };
}

describe('A response bomb', () => {
  test.each([
    ['of shared entities', 'name'],
    ['of entities without another field', 'id'],
  ])('9: %s, 2 to the 40th, is answered in part', async (_title, leaf) => {
    const answers = await underPassRule(shop, (round) => {
      return send({ query: `${bomb(40, leaf)}#${round}` });
    });
    for (const { status, bytes, codes, hasData } of answers) {
      expect({ status, codes, hasData }).toEqual({
        status: 200,
        codes: [['RESPONSE_TOO_LARGE']],
        hasData: true,
      });
      expect(bytes).toBeLessThan(11_000_000);
    }
  });

  test('9: whose leaves all fail ends as soon', async () => {
    const answers = await underPassRule(shop, (round) => {
      return send({ query: `${bomb(40, 'must')}#${round}` });
    });
    for (const { status, bytes, codes } of answers) {
      expect(status).toBe(200);
      expect(codes[0]?.length).toBeLessThanOrEqual(100);
      expect(codes[0]?.[0]).toBe('RESPONSE_TOO_LARGE');
      expect(bytes).toBeLessThan(11_000_000);
    }
  });

  test('27: ten times in one batch leaves others their turn', async () => {
    const answers = await underPassRule(shop, (round) => {
      const query = `${bomb(40, 'name')}#${round}`;
      return send(Array.from({ length: 10 }, (_, at) => ({ query: `${query}${at}` })));
    });
    for (const { status, codes } of answers) {
      expect(status).toBe(200);
      expect(codes).toEqual(Array.from({ length: 10 }, () => ['RESPONSE_TOO_LARGE']));
    }
  }, 90_000);

  test('of one level less than the bounds allow is answered whole', async () => {
    const { codes, hasData } = await send({ query: bomb(14, 'name') });
    expect({ codes, hasData }).toEqual({ codes: [[]], hasData: true });
  });
});
