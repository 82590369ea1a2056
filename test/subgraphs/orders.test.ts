import { describe, expect, test } from '@jest/globals';
import { startSubgraph } from '../../subgraphs/demo.ts';
import { ask, never } from './ask.ts';

describe('orders-query', () => {
  test('answers orders, newest first, with stubs where other services know more', async () => {
    await using orders = await startSubgraph('orders-query', {}, never());
    const query = `{
      orders(placedAfter: "2026-01-12T00:00:00+01:00", status: PLACED, first: 2) {
        id
        placedAt
        account { id }
        total { amountMinor }
        payment {
          __typename
          amount { amountMinor currency }
          ... on CardPayment { lastDigits }
          ... on InvoicePayment { dueAt }
        }
        lines { sku quantity unitPrice(currency: USD) { amountMinor } product { sku } }
      }
      order(id: "o-2") { payment { ... on InvoicePayment { dueAt } } }
      nothing: order(id: "o-99") { id }
    }`;
    const kettles = (quantity: number) => ({
      sku: 'KETTLE-ONE',
      quantity,
      unitPrice: { amountMinor: 4290 },
      product: { sku: 'KETTLE-ONE' },
    });
    const maps = {
      sku: 'BOOK-ALPS',
      quantity: 2,
      unitPrice: { amountMinor: 3839 },
      product: { sku: 'BOOK-ALPS' },
    };
    const card = (amountMinor: number, lastDigits: string) => ({
      __typename: 'CardPayment',
      amount: { amountMinor, currency: 'EUR' },
      lastDigits,
    });
    expect(await ask(orders.url, query)).toEqual({
      data: {
        orders: [
          {
            id: 'o-4',
            placedAt: '2026-01-21T21:40:00.000Z',
            account: { id: 'a-3' },
            total: { amountMinor: 7800 },
            payment: card(7800, '1881'),
            lines: [kettles(2)],
          },
          {
            id: 'o-3',
            placedAt: '2026-01-20T08:05:00.000Z',
            account: { id: 'a-1' },
            total: { amountMinor: 10880 },
            payment: card(10880, '4242'),
            lines: [kettles(1), maps],
          },
        ],
        order: { payment: { dueAt: '2026-01-26T16:20:00.000Z' } },
        nothing: null,
      },
    });
  });

  test('adds to the entities of others what only orders know', async () => {
    await using orders = await startSubgraph('orders-query', {}, never());
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) {
        __typename
        ... on Account {
          orders(first: 1) { id }
          totalSpent(currency: USD) { amountMinor currency }
          creditLimit { amountMinor }
        }
        ... on Product { unitsSold shippingCost(country: US) { amountMinor } }
        ... on Stock { reserved available }
        ... on OrderLine { quantity }
      }
    }`;
    const representations = [
      { __typename: 'Account', id: 'a-1', riskScore: 10 },
      { __typename: 'Product', sku: 'KETTLE-ONE', weightGrams: 1100 },
      { __typename: 'Stock', sku: 'KETTLE-ONE', warehouse: { id: 'w-1' }, onHand: 10 },
      { __typename: 'OrderLine', orderId: 'o-1', sku: 'BOOK-SEA' },
      { __typename: 'OrderLine', orderId: 'o-1', sku: 'BOOK-ALPS' },
    ];
    expect(await ask(orders.url, query, { representations })).toEqual({
      data: {
        _entities: [
          {
            __typename: 'Account',
            orders: [{ id: 'o-3' }],
            totalSpent: { amountMinor: 24816, currency: 'USD' },
            creditLimit: { amountMinor: 90000 },
          },
          { __typename: 'Product', unitsSold: 3, shippingCost: { amountMinor: 2790 } },
          { __typename: 'Stock', reserved: 3, available: 7 },
          { __typename: 'OrderLine', quantity: 2 },
          null,
        ],
      },
    });
  });

  test('refuses a field whose required fields did not come along', async () => {
    await using orders = await startSubgraph('orders-query', {}, never());
    const query = `{
      _entities(representations: [{ __typename: "Account", id: "a-1" }]) {
        ... on Account { totalSpent { amountMinor } creditLimit { amountMinor } }
      }
    }`;
    expect(await ask(orders.url, query)).toMatchObject({
      data: { _entities: [{ creditLimit: null, totalSpent: { amountMinor: 22_560 } }] },
      errors: [{ path: ['_entities', 0, 'creditLimit'], extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('refuses what is not a point in time', async () => {
    await using orders = await startSubgraph('orders-query', {}, never());
    for (const instant of ['yesterday', '2026-13-01T00:00:00Z', '2026-01-01']) {
      const query = 'query ($at: DateTime) { orders(placedAfter: $at) { id } }';
      expect(await ask(orders.url, query, { at: instant })).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      });
    }
  });
});
