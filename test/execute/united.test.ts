import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

/** Reviews that refer to a product, in a list and one by one; some know its name themselves. */
const reviews = {
  sdl: `
    type Query { reviews: [Review] best: Review worst: Review }
    type Review {
      id: ID text: String product: Product known: Product @provides(fields: "name") about: Subject }
    union Subject = Product | Maker
    type Product @key(fields: "upc") { upc: ID! name: String @external }
    type Maker @key(fields: "id") { id: ID! }`,
  resolvers: {
    Query: {
      reviews: () => [1, 2, 1, 1].map(reviewOf),
      best: () => reviewOf(1, 8),
      worst: () => reviewOf(1, 9),
    },
  },
};

function reviewOf(upc: number, id: number) {
  const product = { upc: `${upc}` };
  const about =
    upc === 1 ? { __typename: 'Product', ...product } : { __typename: 'Maker', id: '1' };
  const known = { ...product, name: `Told by ${id}` };
  return { id: `${id}`, text: 'It is "good"\n', product, known, about };
}

const products = {
  sdl: `
    type Product @key(fields: "upc") {
      upc: ID! name: String @shareable price(in: String): String weight: Int maker: Maker }
    type Maker @key(fields: "id") { id: ID! }`,
  resolvers: {
    Product: {
      __resolveReference: ({ upc }: { readonly upc: string }) => ({
        upc,
        name: `Article ${upc}`,
        maker: { id: '7' },
        weight: () => {
          if (upc === '1') throw new Error('Not weighed');
          return 4;
        },
      }),
      price: ({ upc }: { readonly upc: string }, { in: unit }: { readonly in: string }) =>
        `${upc} ${unit}`,
    },
  },
};

const makers = {
  sdl: `
    type Maker @key(fields: "id") { id: ID! name: String }
    type Product @key(fields: "upc") { upc: ID! stars: Int }`,
  resolvers: {
    Maker: { __resolveReference: () => ({ name: 'Müller "& Söhne"' }) },
    Product: { __resolveReference: () => ({ stars: 4 }) },
  },
};

async function answer(query: string): Promise<unknown> {
  const subgraphs = { reviews, products, makers };
  await using federation = await federateReused({ config: exposed, subgraphs });
  return (await federation.send(query)).body;
}

describe('references to one entity that stand at several places of one path', () => {
  test('get what is fetched at each of them, and at each further step', async () => {
    const one = { name: 'Article 1', maker: { name: 'Müller "& Söhne"' } };
    const two = { name: 'Article 2', maker: { name: 'Müller "& Söhne"' } };
    expect(await answer('{ reviews { id product { name maker { name } } } }')).toEqual({
      data: {
        reviews: [
          { id: '0', product: one },
          { id: '1', product: two },
          { id: '2', product: one },
          { id: '3', product: one },
        ],
      },
    });
  });

  test('stay apart where they are of different types with equal keys', async () => {
    const query = '{ reviews { about { ... on Product { stars } ... on Maker { name } } } }';
    const product = { about: { stars: 4 } };
    const maker = { about: { name: 'Müller "& Söhne"' } };
    expect(await answer(query)).toEqual({ data: { reviews: [product, maker, product, product] } });
  });

  test('take nothing from texts that have to be escaped, though later answers have none', async () => {
    const review = (upc: number) => ({
      text: 'It is "good"\n',
      product: { name: `Article ${upc}` },
    });
    expect(await answer('{ reviews { text product { name } } }')).toEqual({
      data: { reviews: [1, 2, 1, 1].map(review) },
    });
  });

  test('keep what one of them brings beside the reference', async () => {
    expect(await answer('{ reviews { known { name price(in: "EUR") } } }')).toEqual({
      data: {
        reviews: [1, 2, 1, 1].map((upc, id) => ({
          known: { name: `Told by ${id}`, price: `${upc} EUR` },
        })),
      },
    });
  });

  test('are told apart where other paths ask something else under the same name', async () => {
    const query = `{
      best { product { price(in: "EUR") } } worst { product { price(in: "USD") } }
      reviews { product { price(in: "CHF") } } }`;
    expect(await answer(query)).toEqual({
      data: {
        best: { product: { price: '1 EUR' } },
        worst: { product: { price: '1 USD' } },
        reviews: [1, 2, 1, 1].map((upc) => ({ product: { price: `${upc} CHF` } })),
      },
    });
  });

  test('have an error at each of their places', async () => {
    const error = (index: number) => ({
      message: 'Not weighed',
      path: ['reviews', index, 'product', 'weight'],
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'products' },
    });
    expect(await answer('{ reviews { product { weight } } }')).toEqual({
      errors: [error(0), error(2), error(3)],
      data: { reviews: [null, 4, null, null].map((weight) => ({ product: { weight } })) },
    });
  });
});
