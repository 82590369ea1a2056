import { describe, expect, test } from '@jest/globals';
import { Projection } from '../../subgraphs/events/projection.ts';
import { type DemoGateway, demoGateway } from '../harness/demo.ts';

const now = () => new Date('2026-02-01T08:00:00Z');

/** Which subgraphs an operation asked first and then: commands before queries. */
async function run(demo: DemoGateway, operation: string) {
  const { body, fetches } = await demo.ask(operation);
  const asked = new Set(fetches.map(([subgraph]) => subgraph));
  return { body, asked: [...asked] };
}

async function read(demo: DemoGateway, query: string) {
  return (await demo.ask(query)).body;
}

describe('a command', () => {
  test('places an order, which is then read from the query subgraphs', async () => {
    await using demo = await demoGateway({ now });
    const placed = await run(
      demo,
      `mutation {
        placeOrder(input: {
          accountId: "a-3"
          lines: [{ sku: "BOOK-SEA", quantity: 3 }, { sku: "KETTLE-ONE" }]
        }) {
          id
          status
          placedAt
          account { tier }
          total { amountMinor currency }
          payment { __typename ... on InvoicePayment { dueAt } }
          lines { quantity product { name unitsSold } }
        }
      }`,
    );
    expect(placed).toEqual({
      body: {
        data: {
          placeOrder: {
            id: 'o-6',
            status: 'PLACED',
            placedAt: '2026-02-01T08:00:00.000Z',
            account: { tier: 'SILVER' },
            total: { amountMinor: 9_570, currency: 'EUR' },
            payment: { __typename: 'InvoicePayment', dueAt: '2026-02-15T08:00:00.000Z' },
            lines: [
              { quantity: 3, product: { name: 'The Quiet Sea', unitsSold: 5 } },
              { quantity: 1, product: { name: 'Kettle One', unitsSold: 4 } },
            ],
          },
        },
      },
      asked: ['orders-command', 'orders-query', expect.any(String), expect.any(String)],
    });
    const after = '{ account(id: "a-3") { totalSpent { amountMinor } orders { id status } } }';
    expect(await read(demo, after)).toEqual({
      data: {
        account: {
          totalSpent: { amountMinor: 17_370 },
          orders: [
            { id: 'o-6', status: 'PLACED' },
            { id: 'o-4', status: 'PLACED' },
          ],
        },
      },
    });
  });

  test('cancels an order, and what was reserved for it is free again', async () => {
    await using demo = await demoGateway();
    const cancelled = await run(
      demo,
      `mutation {
        cancelOrder(id: "o-2", reason: "Found a better one") {
          refund { amountMinor currency }
          order { id status account { name } }
        }
      }`,
    );
    expect(cancelled).toEqual({
      body: {
        data: {
          cancelOrder: {
            refund: { amountMinor: 4_950, currency: 'EUR' },
            order: { id: 'o-2', status: 'CANCELLED', account: { name: 'Jules Petit' } },
          },
        },
      },
      asked: ['orders-command', 'orders-query', 'accounts-query'],
    });
    const after = '{ productBySku(sku: "RADIO-POCKET") { stock { onHand reserved available } } }';
    const stock = [{ onHand: 25, reserved: 0, available: 25 }];
    expect(await read(demo, after)).toEqual({ data: { productBySku: { stock } } });
  });

  test('adds a review, which changes what is told of the product', async () => {
    await using demo = await demoGateway({ now });
    const added = await run(
      demo,
      `mutation {
        addReview(input: { orderId: "o-3", sku: "BOOK-ALPS", rating: 4, text: "Precise." }) {
          id
          createdAt
          author { name country }
          product { name averageRating }
        }
      }`,
    );
    expect(added).toEqual({
      body: {
        data: {
          addReview: {
            id: 'r-6',
            createdAt: '2026-02-01T08:00:00.000Z',
            author: { name: 'Mira Lang', country: 'DE' },
            product: { name: 'Maps of the Alps', averageRating: 4 },
          },
        },
      },
      asked: ['reviews-command', 'reviews-query', expect.any(String), expect.any(String)],
    });
    const after = '{ order(id: "o-3") { lines { sku review { id text } } } }';
    expect(await read(demo, after)).toEqual({
      data: {
        order: {
          lines: [
            { sku: 'KETTLE-ONE', review: { id: 'r-4', text: 'Two cups in two minutes.' } },
            { sku: 'BOOK-ALPS', review: { id: 'r-6', text: 'Precise.' } },
          ],
        },
      },
    });
  });

  test('changes a price twice in one operation, in the order in which it is written', async () => {
    await using demo = await demoGateway();
    const changed = await run(
      demo,
      `mutation {
        first: changePrice(productId: "p-4", priceMinor: 4500) { name }
        second: changePrice(productId: "p-4", priceMinor: 4400) { price { amountMinor } }
      }`,
    );
    expect(changed).toEqual({
      body: {
        data: { first: { name: 'Pocket Radio' }, second: { price: { amountMinor: 4_400 } } },
      },
      asked: ['catalog-command', 'catalog-query'],
    });
    expect(await read(demo, '{ product(id: "p-4") { price { amountMinor } } }')).toEqual({
      data: { product: { price: { amountMinor: 4_400 } } },
    });
  });

  test('creates a product, and every subgraph has something to say of it', async () => {
    await using demo = await demoGateway({ now });
    const created = await run(
      demo,
      `mutation {
        createProduct(input: {
          sku: "BOOK-TIDE", name: "Tides", brandId: "b-1", priceMinor: 2000, weightGrams: 1001
          book: { author: "Ada Winter", isbn: "9783161484117" }
        }) {
          __typename
          id
          createdAt
          brand { name }
          shippingCost { amountMinor }
          reviews { text }
          ... on Book { author }
        }
      }`,
    );
    expect(created).toEqual({
      body: {
        data: {
          createProduct: {
            __typename: 'Book',
            id: 'p-7',
            createdAt: '2026-02-01T08:00:00.000Z',
            brand: { name: 'Lumen Press' },
            shippingCost: { amountMinor: 690 },
            reviews: [],
            author: 'Ada Winter',
          },
        },
      },
      asked: ['catalog-command', expect.any(String), expect.any(String), expect.any(String)],
    });
    expect(await read(demo, '{ search(text: "tides") { ... on Product { id sku } } }')).toEqual({
      data: { search: [{ id: 'p-7', sku: 'BOOK-TIDE' }] },
    });
  });
});

describe('a command that is refused', () => {
  test('tells its own code, and what others of the operation did stays', async () => {
    await using demo = await demoGateway();
    const operation = `mutation {
      ship: shipOrder(id: "o-2") { status }
      again: shipOrder(id: "o-2") { status }
      price: changePrice(productId: "p-9", priceMinor: 1) { id }
      buy: placeOrder(input: { accountId: "a-1", lines: [{ sku: "LAMP-ARC", quantity: 9 }] }) { id }
    }`;
    expect(await read(demo, operation)).toEqual({
      data: { ship: { status: 'SHIPPED' }, again: null, price: null, buy: null },
      errors: [
        refused('again', 'ORDER_CLOSED', 'Order o-2 is shipped', 'orders-command'),
        refused('price', 'PRODUCT_NOT_FOUND', 'There is no product with id p-9', 'catalog-command'),
        refused('buy', 'OUT_OF_STOCK', 'No warehouse has 9 of LAMP-ARC', 'orders-command'),
      ],
    });
  });
});

describe('while the projections lag', () => {
  test('a command is read as it was before, and later as it is', async () => {
    const projectionLagMs = 1_000;
    await using demo = await demoGateway({ projectionLagMs });
    const query = '{ product(id: "p-5") { price { amountMinor } } }';
    const price = (amountMinor: number) => ({ price: { amountMinor } });
    expect(await read(demo, query)).toEqual({ data: { product: price(3_900) } });

    // Subscribed after the services and with their lag: what it sees, they have seen before.
    using projection = new Projection(demo.events, projectionLagMs);
    const caughtUp = Promise.withResolvers<void>();
    const { signal } = new AbortController();
    await projection.follow(
      'catalog',
      (event) => event.type === 'PriceChanged' && caughtUp.resolve(),
      signal,
    );

    const change =
      'mutation { changePrice(productId: "p-5", priceMinor: 100) { price { amountMinor } } }';
    expect(await read(demo, change)).toEqual({ data: { changePrice: price(3_900) } });
    expect(await read(demo, query)).toEqual({ data: { product: price(3_900) } });
    await caughtUp.promise;
    expect(await read(demo, query)).toEqual({ data: { product: price(100) } });
  });
});

function refused(key: string, code: string, message: string, service: string) {
  return { message, path: [key], extensions: { code, service } };
}
