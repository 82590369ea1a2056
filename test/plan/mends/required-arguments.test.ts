import { describe, expect, test } from '@jest/globals';
import { exposed, federate } from '../../harness/federation.ts';
import { monolith, outcome } from '../../harness/monolith.ts';
import type { Resolvers } from '../../harness/subgraph.ts';

type Money = Readonly<{ EUR: number; USD: number }>;
interface Product {
  readonly id: string;
  readonly prices: Money;
  readonly parts: readonly { readonly prices: Money }[];
}

const products: readonly Product[] = [1, 2].map((n) => ({
  id: String(n),
  prices: { EUR: n * 100, USD: n * 110 },
  parts: [1, 2, 3].map((part) => ({ prices: { EUR: part * 10, USD: part * 11 } })),
}));

const price = ({ prices }: Product, { currency }: { currency: keyof Money }) => prices[currency];
const parts = (product: Product, { first = 9 }: { first?: number }) =>
  product.parts.slice(0, first);
const catalog: Resolvers = {
  Query: { products: () => products, product: () => products[0] },
  Product: { price, parts, __resolveReference: ({ id }: Product) => products[Number(id) - 1] },
  Part: { price },
};

const types = (field: string, part = '') => `
  enum Currency { EUR USD }
  ${part} type Part { price(currency: Currency! = EUR): Int ${field} }`;
const catalogSdl = `type Query { products: [Product] product: Product } ${types('')}
  type Product @key(fields: "id") {
    id: ID! price(currency: Currency!): Int parts(first: Int): [Part]
  }`;
const shippingSdl = `${types('@external')}
  type Product @key(fields: "id") {
    id: ID!
    price(currency: Currency!): Int @external
    parts(first: Int): [Part] @external
    euro: String @requires(fields: "price(currency: EUR)")
    dollar(mark: String): String @requires(fields: "price(currency: USD)")
    partEuro: String @requires(fields: "parts(first: 1) { price }")
    partsDollar: String @requires(fields: "parts(first: 2) { price(currency: USD) }")
    plain: String
  }`;
const wholeSdl = `type Query { products: [Product] product: Product } ${types('')}
  type Product {
    id: ID! price(currency: Currency!): Int parts(first: Int): [Part]
    euro: String dollar(mark: String): String partEuro: String partsDollar: String plain: String
  }`;

interface Represented {
  readonly price: number;
  readonly parts: readonly { readonly price: number }[];
}
const sum = (all: Represented['parts']) => all.map((part) => part.price).join('+');
const shipping: Resolvers = {
  Product: {
    __resolveReference: (product: object) => product,
    euro: (product: Represented) => `${product.price} EUR`,
    dollar: (product: Represented, { mark = 'USD' }: { mark?: string }) =>
      `${product.price} ${mark}`,
    partEuro: (product: Represented) => sum(product.parts),
    partsDollar: (product: Represented) => sum(product.parts),
    plain: () => 'plain',
  },
};
const whole: Resolvers = {
  ...catalog,
  Product: {
    price,
    parts,
    euro: ({ prices }: Product) => `${prices.EUR} EUR`,
    dollar: ({ prices }: Product, { mark = 'USD' }: { mark?: string }) => `${prices.USD} ${mark}`,
    partEuro: () => '10',
    partsDollar: () => '11+22',
    plain: () => 'plain',
  },
};
const subgraphs = {
  catalog: { sdl: catalogSdl, resolvers: catalog },
  shipping: { sdl: shippingSdl, resolvers: shipping },
};

async function compare(queries: readonly string[]): Promise<void> {
  const expected = monolith(wholeSdl, whole);
  await using federation = await federate({ subgraphs });
  const variables = { c: 'USD', n: 2, mark: '$', yes: true, no: false };
  for (const query of queries) {
    const reply = await federation.send(query, variables);
    expect({ query, ...outcome(reply.body) }).toEqual({
      query,
      ...(await expected(query, variables)),
    });
  }
}

describe('A field that is required with arguments', () => {
  test('is not mistaken for what the client asks of it', () =>
    compare([
      '{ product { price(currency: USD) euro } }',
      '{ product { price(currency: EUR) euro } }',
      '{ products { euro p: price(currency: USD) price(currency: EUR) } }',
      'query ($c: Currency!) { products { price(currency: $c) euro } }',
      '{ product { parts(first: 3) { price(currency: USD) } partEuro } }',
      'query ($n: Int) { product { partsDollar parts(first: $n) { price } } }',
      '{ product { parts { price(currency: EUR) } partsDollar } }',
    ]));

  test('goes with its own arguments to each of the fields that require it', () =>
    compare([
      '{ product { euro dollar } }',
      '{ products { plain dollar(mark: "D") euro __typename id } }',
      '{ products { partEuro partsDollar euro dollar price(currency: USD) } }',
      'query ($mark: String) { product { euro dollar(mark: $mark) plain } }',
      'query ($yes: Boolean!, $no: Boolean!) { product { euro @include(if: $no) dollar @include(if: $yes) plain @skip(if: $yes) } }',
    ]));

  test('takes one request for all of them, and each representation has one value', async () => {
    await using federation = await federate({ subgraphs });
    const reply = await federation.send('{ product { dollar euro } }');
    expect(reply.body).toEqual({ data: { product: { dollar: '110 USD', euro: '100 EUR' } } });
    const [request, ...others] = federation.subgraphs['shipping']?.requests ?? [];
    expect(others).toEqual([]);
    expect(Object.values(request?.variables ?? {})).toEqual([
      [{ __typename: 'Product', id: '1', price: 110 }],
      [{ __typename: 'Product', id: '1', price: 100 }],
    ]);
  });

  test('is hidden from clients, and no alias of theirs can take its place', async () => {
    await using federation = await federate({ subgraphs });
    await federation.send('{ product { euro } }');
    const [request] = federation.subgraphs['catalog']?.requests ?? [];
    const alias = /(\w+):price/.exec(request?.query ?? '')?.[1] ?? '';
    expect(alias).toMatch(/^required_price_\w{16}$/);
    const reply = await federation.send(`{ product { ${alias}: price(currency: USD) euro } }`);
    expect(reply.body).toEqual({ data: { product: { [alias]: 110, euro: '100 EUR' } } });
    const refused = await federation.send(`{ product { ${alias} } }`);
    expect(refused.body).toMatchObject({
      errors: [{ message: `Cannot query field "${alias}" on type "Product".` }],
    });
  });

  test('fails where the client can see it, and takes only those with it that need it', async () => {
    const failing = {
      ...catalog,
      Product: {
        ...catalog['Product'],
        price: (product: Product, given: { currency: keyof Money }) => {
          if (given.currency === 'USD') throw new Error('No rate');
          return price(product, given);
        },
      },
    };
    await using federation = await federate({
      config: exposed,
      subgraphs: {
        catalog: { sdl: catalogSdl, resolvers: failing },
        shipping: { sdl: shippingSdl, resolvers: shipping },
      },
    });
    const reply = await federation.send('{ mine: product { euro dollar } }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'No rate',
          path: ['mine'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'catalog' },
        },
      ],
      data: { mine: { euro: '100 EUR', dollar: 'null USD' } },
    });
  });

  test('may be one of an interface, reached over several hops, and external elsewhere', async () => {
    const reference = { __resolveReference: (entity: object) => entity };
    const cover = (_: object, { size }: { size: number }) => ({ pages: size });
    await using federation = await federate({
      subgraphs: {
        a: {
          sdl: `type Query { shelf: Shelf } type Shelf @key(fields: "id") { id: ID! }`,
          resolvers: { Query: { shelf: () => ({ id: '1' }) } },
        },
        b: {
          sdl: `type Shelf @key(fields: "id") { id: ID! media: [Media] }
            interface Media { cover(size: Int): Cover } type Cover { pages: Int }
            type Book implements Media { cover(size: Int): Cover }
            type Film implements Media { cover(size: Int): Cover minutes(cut: Int): Int }`,
          resolvers: {
            Shelf: {
              ...reference,
              media: () => [{ __typename: 'Book' }, { __typename: 'Film' }],
            },
            Book: { cover },
            Film: { cover, minutes: (_: object, { cut }: { cut: number }) => cut },
          },
        },
        ...Object.fromEntries(
          [3, 4].map((size) => [
            `c${size}`,
            {
              sdl: `type Shelf @key(fields: "id") { id: ID! media: [Media] @external
                  text${size}: String @requires(fields:
                    "media { cover(size: ${size}) { pages } ... on Film { minutes(cut: ${size}) } }") }
                interface Media { cover(size: Int): Cover } type Cover { pages: Int @external }
                type Book implements Media { cover(size: Int): Cover @external }
                type Film implements Media {
                  cover(size: Int): Cover @external minutes(cut: Int): Int @external }`,
              resolvers: {
                Shelf: {
                  ...reference,
                  [`text${size}`]: ({ media }: { media: object }) => JSON.stringify(media),
                },
              },
            },
          ]),
        ),
      },
    });
    const query = '{ shelf { text3 text4 media { cover(size: 5) { pages } } } }';
    const text = (size: number) =>
      JSON.stringify([
        { __typename: 'Book', cover: { pages: size } },
        { __typename: 'Film', cover: { pages: size }, minutes: size },
      ]);
    const reply = await federation.send(query);
    expect(
      JSON.parse(JSON.stringify(reply.body).replaceAll(/\\"__typename\\":\\"\w+\\",/g, '')),
    ).toEqual({
      data: {
        shelf: {
          text3: text(3).replaceAll(/"__typename":"\w+",/g, ''),
          text4: text(4).replaceAll(/"__typename":"\w+",/g, ''),
          media: [{ cover: { pages: 5 } }, { cover: { pages: 5 } }],
        },
      },
    });
  });
});
