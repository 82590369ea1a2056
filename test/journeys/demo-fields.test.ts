import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DemoGateway, demoGateway, type Fetch } from '../harness/demo.ts';

let demo: DemoGateway;
beforeAll(async () => {
  demo = await demoGateway();
});
afterAll(async () => demo[Symbol.asyncDispose]());

async function expectAnswer(query: string, data: unknown, fetches: readonly Fetch[]) {
  expect(await demo.ask(query)).toEqual({ status: 200, body: { data }, fetches });
}

/** What a plan calls `totalSpent(currency: EUR)`, which is required. */
const euros = 'required_totalSpent_2703c8adb6dcacfc';

describe('@requires', () => {
  test('brings a field along from the subgraph that has it', () =>
    expectAnswer(
      '{ product(id: "p-2") { stock { available } } }',
      { product: { stock: [{ available: 10 }] } },
      [
        [
          'catalog-query',
          '{product(id:"p-2"){__typename stock{__typename sku warehouse{id}onHand}}}',
        ],
        [
          'orders-query',
          '...on Stock{available}',
          [{ __typename: 'Stock', sku: 'BOOK-ALPS', warehouse: { id: 'w-1' }, onHand: 12 }],
        ],
      ],
    ));

  test('brings a field along to an interface object, and passes the arguments of the client', () =>
    expectAnswer(
      '{ product(id: "p-6") { here: shippingCost { amountMinor } shippingCost(country: US) { amountMinor } } }',
      { product: { here: { amountMinor: 790 }, shippingCost: { amountMinor: 3_190 } } },
      [
        ['catalog-query', '{product(id:"p-6"){__typename sku weightGrams}}'],
        [
          'orders-query',
          '...on Product{here:shippingCost{amountMinor}shippingCost(country:US){amountMinor}}',
          [{ __typename: 'Product', sku: 'BOOK-STARS', weightGrams: 2_100 }],
        ],
      ],
    ));

  test('with an argument asks for the field with that argument, and nothing more of it', () =>
    expectAnswer('{ account(id: "a-1") { tier } }', { account: { tier: 'GOLD' } }, [
      ['accounts-query', '{account(id:"a-1"){__typename id}}'],
      [
        'orders-query',
        `...on Account{${euros}:totalSpent(currency:EUR){amountMinor}}`,
        [{ __typename: 'Account', id: 'a-1' }],
      ],
      [
        'accounts-query',
        '...on Account{tier}',
        [{ __typename: 'Account', id: 'a-1', totalSpent: { amountMinor: 22_560 } }],
      ],
    ]));

  test('takes one way less where the path leads through the subgraph that has the field', () =>
    expectAnswer(
      '{ order(id: "o-2") { account { tier } } }',
      { order: { account: { tier: 'BASIC' } } },
      [
        [
          'orders-query',
          `{order(id:"o-2"){account{__typename id ${euros}:totalSpent(currency:EUR){amountMinor}}}}`,
        ],
        [
          'accounts-query',
          '...on Account{tier}',
          [{ __typename: 'Account', id: 'a-2', totalSpent: { amountMinor: 4_950 } }],
        ],
      ],
    ));
});

describe('@provides', () => {
  test('saves the way to the subgraph that owns the field', () =>
    expectAnswer(
      '{ latestReviews(first: 1) { author { name } } }',
      { latestReviews: [{ author: { name: 'Sam Carter' } }] },
      [['reviews-query', '{latestReviews(first:1){author{name}}}']],
    ));

  test('does not save it for what is not provided', () =>
    expectAnswer(
      '{ latestReviews(first: 1) { author { country } } }',
      { latestReviews: [{ author: { country: 'US' } }] },
      [
        ['reviews-query', '{latestReviews(first:1){author{__typename id}}}'],
        ['accounts-query', '...on Account{country}', [{ __typename: 'Account', id: 'a-3' }]],
      ],
    ));
});

describe('@external', () => {
  test('keeps a field from being asked where it is only mentioned', () =>
    expectAnswer(
      '{ order(id: "o-4") { account { name reviews { text } } } }',
      {
        order: {
          account: { name: 'Sam Carter', reviews: [{ text: 'Quieter than the old one.' }] },
        },
      },
      [
        ['orders-query', '{order(id:"o-4"){account{__typename id}}}'],
        ['reviews-query', '...on Account{reviews{text}}', [{ __typename: 'Account', id: 'a-3' }]],
        ['accounts-query', '...on Account{name}', [{ __typename: 'Account', id: 'a-3' }]],
      ],
    ));
});

describe('@shareable', () => {
  test('lets each subgraph answer with a whole amount of its own', () =>
    expectAnswer(
      `{
        product(id: "p-5") { price(currency: USD) { amountMinor currency } }
        order(id: "o-4") { total { amountMinor currency } }
      }`,
      {
        product: { price: { amountMinor: 4_290, currency: 'USD' } },
        order: { total: { amountMinor: 7_800, currency: 'EUR' } },
      },
      [
        [
          'catalog-query',
          '{product(id:"p-5"){__typename price(currency:USD){amountMinor currency}}}',
        ],
        ['orders-query', '{order(id:"o-4"){total{amountMinor currency}}}'],
      ],
    ));

  test('lets a command answer with an amount, too, while its order is read elsewhere', () =>
    expectAnswer(
      'mutation { cancelOrder(id: "o-4") { refund { amountMinor currency } order { status } } }',
      {
        cancelOrder: {
          refund: { amountMinor: 7_800, currency: 'EUR' },
          order: { status: 'CANCELLED' },
        },
      },
      [
        [
          'orders-command',
          'mutation{cancelOrder(id:"o-4"){refund{amountMinor currency}order{__typename id}}}',
        ],
        ['orders-query', '...on Order{status}', [{ __typename: 'Order', id: 'o-4' }]],
      ],
    ));
});

describe('@override', () => {
  test('asks the subgraph that took the field over, and never the one that had it', () =>
    expectAnswer(
      '{ productBySku(sku: "BOOK-ALPS") { stock { reserved } } }',
      { productBySku: { stock: [{ reserved: 2 }] } },
      [
        [
          'catalog-query',
          '{productBySku(sku:"BOOK-ALPS"){__typename stock{__typename sku warehouse{id}}}}',
        ],
        [
          'orders-query',
          '...on Stock{reserved}',
          [{ __typename: 'Stock', sku: 'BOOK-ALPS', warehouse: { id: 'w-1' } }],
        ],
      ],
    ));
});
