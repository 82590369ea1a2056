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

describe('@key', () => {
  test('of one field leads from an order to the name that another subgraph knows', () =>
    expectAnswer(
      '{ order(id: "o-2") { account { name } } }',
      { order: { account: { name: 'Jules Petit' } } },
      [
        ['orders-query', '{order(id:"o-2"){account{__typename id}}}'],
        ['accounts-query', '...on Account{name}', [{ __typename: 'Account', id: 'a-2' }]],
      ],
    ));

  test('of several fields leads from the lines of an order to their reviews', () =>
    expectAnswer(
      '{ order(id: "o-1") { lines { quantity review { rating } } } }',
      {
        order: {
          lines: [
            { quantity: 2, review: { rating: 5 } },
            { quantity: 1, review: { rating: 4 } },
          ],
        },
      },
      [
        ['orders-query', '{order(id:"o-1"){lines{__typename orderId sku quantity}}}'],
        [
          'reviews-query',
          '...on OrderLine{review{rating}}',
          [
            { __typename: 'OrderLine', orderId: 'o-1', sku: 'BOOK-SEA' },
            { __typename: 'OrderLine', orderId: 'o-1', sku: 'LAMP-ARC' },
          ],
        ],
      ],
    ));

  test('with a nested object leads from stock in a warehouse to what is available of it', () =>
    expectAnswer(
      '{ product(id: "p-3") { stock { onHand reserved warehouse { city } } } }',
      {
        product: {
          stock: [
            { onHand: 7, reserved: 0, warehouse: { city: 'Hamburg' } },
            { onHand: 4, reserved: 0, warehouse: { city: 'Lyon' } },
          ],
        },
      },
      [
        [
          'catalog-query',
          '{product(id:"p-3"){__typename stock{__typename sku warehouse{id city}onHand}}}',
        ],
        [
          'orders-query',
          '...on Stock{reserved}',
          [
            { __typename: 'Stock', sku: 'LAMP-ARC', warehouse: { id: 'w-1' } },
            { __typename: 'Stock', sku: 'LAMP-ARC', warehouse: { id: 'w-2' } },
          ],
        ],
      ],
    ));

  test('of two kinds joins a subgraph that knows the one with a subgraph that knows the other', () =>
    expectAnswer(
      '{ order(id: "o-2") { lines { product { averageRating } } } }',
      { order: { lines: [{ product: { averageRating: 2 } }] } },
      [
        ['orders-query', '{order(id:"o-2"){lines{product{__typename sku}}}}'],
        [
          'catalog-query',
          '...on Product{__typename id}',
          [{ __typename: 'Product', sku: 'RADIO-POCKET' }],
        ],
        ['reviews-query', '...on Product{averageRating}', [{ __typename: 'Product', id: 'p-4' }]],
      ],
    ));

  test('on an interface finds out of which type a product is', () =>
    expectAnswer(
      '{ orders(first: 2) { lines { product { __typename name ... on Book { author } } } } }',
      {
        orders: [
          { lines: [{ product: book('Maps of the Alps', 'Luca Moretti') }] },
          { lines: [{ product: { __typename: 'Device', name: 'Kettle One' } }] },
        ],
      },
      [
        ['orders-query', '{orders(first:2){lines{product{__typename sku}}}}'],
        [
          'catalog-query',
          '...on Product{__typename name ...on Book{author}}',
          [
            { __typename: 'Product', sku: 'BOOK-ALPS' },
            { __typename: 'Product', sku: 'KETTLE-ONE' },
          ],
        ],
      ],
    ));
});

describe('@key(resolvable: false)', () => {
  test('sends nobody back to a command subgraph to read what it changed', () =>
    expectAnswer(
      'mutation { shipOrder(id: "o-4") { id status account { id } } }',
      { shipOrder: { id: 'o-4', status: 'SHIPPED', account: { id: 'a-3' } } },
      [
        ['orders-command', 'mutation{shipOrder(id:"o-4"){__typename id}}'],
        ['orders-query', '...on Order{status account{id}}', [{ __typename: 'Order', id: 'o-4' }]],
      ],
    ));

  test('holds for nested keys and for objects inside them', () =>
    expectAnswer(
      `mutation {
        receiveStock(sku: "BOOK-STARS", warehouseId: "w-2", quantity: 4) {
          sku
          onHand
          warehouse { id city }
        }
      }`,
      { receiveStock: { sku: 'BOOK-STARS', onHand: 7, warehouse: { id: 'w-2', city: 'Lyon' } } },
      [
        [
          'catalog-command',
          'mutation{receiveStock(sku:"BOOK-STARS" warehouseId:"w-2" quantity:4)' +
            '{__typename sku warehouse{id}}}',
        ],
        [
          'catalog-query',
          '...on Stock{onHand warehouse{city}}',
          [{ __typename: 'Stock', sku: 'BOOK-STARS', warehouse: { id: 'w-2' } }],
        ],
      ],
    ));
});

describe('@interfaceObject', () => {
  test('adds its fields to every product, whatever its type', () =>
    expectAnswer(
      '{ product(id: "p-1") { ... on Book { isbn unitsSold } } }',
      { product: { isbn: '9783161484100', unitsSold: 2 } },
      [
        ['catalog-query', '{product(id:"p-1"){__typename ...on Book{__typename sku isbn}}}'],
        ['orders-query', '...on Product{unitsSold}', [{ __typename: 'Product', sku: 'BOOK-SEA' }]],
      ],
    ));

  test('is asked for the real type at the subgraph that knows it', () =>
    expectAnswer(
      '{ latestReviews(first: 2) { product { __typename averageRating } } }',
      {
        latestReviews: [
          { product: { __typename: 'Device', averageRating: 4.5 } },
          { product: { __typename: 'Device', averageRating: 4.5 } },
        ],
      },
      [
        ['reviews-query', '{latestReviews(first:2){product{__typename id averageRating}}}'],
        ['catalog-query', '...on Product{__typename}', [{ __typename: 'Product', id: 'p-5' }]],
      ],
    ));

  test('does not make a product of one type match a fragment on another', () =>
    expectAnswer(
      '{ review(id: "r-4") { product { ... on Book { author } ... on Device { warrantyMonths } } } }',
      { review: { product: { warrantyMonths: 36 } } },
      [
        ['reviews-query', '{review(id:"r-4"){product{__typename id}}}'],
        [
          'catalog-query',
          '...on Product{__typename ...on Book{author}...on Device{warrantyMonths}}',
          [{ __typename: 'Product', id: 'p-5' }],
        ],
      ],
    ));
});

function book(name: string, author: string) {
  return { __typename: 'Book', name, author };
}
