import { describe, expect, test } from '@jest/globals';
import { type Demo, startDemo } from '../../subgraphs/demo.ts';
import type { SubgraphName } from '../../subgraphs/services.ts';
import { ask, never } from './ask.ts';

const start = (): Promise<Demo> => startDemo({ now: () => new Date('2026-02-01T12:00:00Z') });

function urlOf(demo: Demo, name: SubgraphName): string {
  return demo.subgraphs.find((subgraph) => subgraph.name === name)?.url ?? '';
}

describe('the commands of the catalog', () => {
  test('create a product that can be read, ordered and searched for', async () => {
    await using demo = await start();
    const input = {
      sku: 'CLOCK-RED',
      name: 'Red Clock',
      brandId: 'b-2',
      priceMinor: 2500,
      weightGrams: 700,
      device: { warrantyMonths: 12 },
    };
    const create = `mutation ($input: CreateProductInput!) {
      createProduct(input: $input) { __typename id }
      receiveStock(sku: "CLOCK-RED", warehouseId: "w-2", quantity: 5) { sku warehouse { id } }
      changePrice(productId: "p-7", priceMinor: 2400) { id }
    }`;
    expect(await ask(urlOf(demo, 'catalog-command'), create, { input })).toEqual({
      data: {
        createProduct: { __typename: 'Product', id: 'p-7' },
        receiveStock: { sku: 'CLOCK-RED', warehouse: { id: 'w-2' } },
        changePrice: { id: 'p-7' },
      },
    });

    expect((await demo.log.read('catalog', 19, never())).map(({ event }) => event)).toEqual([
      {
        type: 'ProductCreated',
        productId: 'p-7',
        sku: 'CLOCK-RED',
        name: 'Red Clock',
        brandId: 'b-2',
        priceMinor: 2500,
        weightGrams: 700,
        details: { kind: 'DEVICE', warrantyMonths: 12 },
        at: '2026-02-01T12:00:00.000Z',
      },
      { type: 'StockReceived', sku: 'CLOCK-RED', warehouseId: 'w-2', quantity: 5 },
      { type: 'PriceChanged', productId: 'p-7', priceMinor: 2400 },
    ]);

    const read = `{
      productBySku(sku: "CLOCK-RED") {
        __typename name createdAt price { amountMinor } stock { onHand warehouse { city } }
      }
      search(text: "clock") { ... on Device { name } }
    }`;
    expect(await ask(urlOf(demo, 'catalog-query'), read)).toEqual({
      data: {
        productBySku: {
          __typename: 'Device',
          name: 'Red Clock',
          createdAt: '2026-02-01T12:00:00.000Z',
          price: { amountMinor: 2400 },
          stock: [{ onHand: 5, warehouse: { city: 'Lyon' } }],
        },
        search: [{ name: 'Red Clock' }],
      },
    });

    const order = `mutation {
      placeOrder(input: { accountId: "a-3", lines: [{ sku: "CLOCK-RED" }] }) { id }
    }`;
    expect(await ask(urlOf(demo, 'orders-command'), order)).toEqual({
      data: { placeOrder: { id: 'o-6' } },
    });
  });
});

describe('the commands on orders', () => {
  test('place, ship and cancel; what is read changes with each', async () => {
    await using demo = await start();
    const command = urlOf(demo, 'orders-command');
    const readOrder = `{
      order(id: "o-6") { status placedAt total { amountMinor } payment { __typename } }
      _entities(representations: [
        { __typename: "Stock", sku: "LAMP-ARC", warehouse: { id: "w-1" }, onHand: 7 }
      ]) { ... on Stock { reserved available } }
    }`;
    const read = () => ask(urlOf(demo, 'orders-query'), readOrder);
    const order = (status: string) => ({
      status,
      placedAt: '2026-02-01T12:00:00.000Z',
      total: { amountMinor: 15800 },
      payment: { __typename: 'InvoicePayment' },
    });

    const place = `mutation {
      placeOrder(input: { accountId: "a-2", lines: [{ sku: "LAMP-ARC", quantity: 2 }] }) { id }
    }`;
    expect(await ask(command, place)).toEqual({ data: { placeOrder: { id: 'o-6' } } });
    expect(await read()).toEqual({
      data: { order: order('PLACED'), _entities: [{ reserved: 2, available: 5 }] },
    });

    const cancel = 'mutation { cancelOrder(id: "o-2") { order { id } refund { amountMinor } } }';
    expect(await ask(command, cancel)).toEqual({
      data: { cancelOrder: { order: { id: 'o-2' }, refund: { amountMinor: 4950 } } },
    });

    const ship = 'mutation { shipOrder(id: "o-6", carrier: COURIER) { id } }';
    expect(await ask(command, ship)).toEqual({ data: { shipOrder: { id: 'o-6' } } });
    expect(await read()).toEqual({
      data: { order: order('SHIPPED'), _entities: [{ reserved: 0, available: 7 }] },
    });

    const stock = '{ productBySku(sku: "LAMP-ARC") { stock { onHand } } }';
    expect(await ask(urlOf(demo, 'catalog-query'), stock)).toEqual({
      data: { productBySku: { stock: [{ onHand: 5 }, { onHand: 4 }] } },
    });
    const shipment = await fetch(`${demo.shippingUrl}/shipments/o-6`);
    expect(await shipment.json()).toEqual({
      orderId: 'o-6',
      status: 'ON_THE_WAY',
      carrier: 'COURIER',
      trackingNumber: 'COURIER-o-6',
      parcels: [{ warehouseId: 'w-1', items: [{ sku: 'LAMP-ARC', quantity: 2 }] }],
    });
  });
});

describe('the commands on reviews', () => {
  test('add a review of a purchase and remove it again', async () => {
    await using demo = await start();
    const command = urlOf(demo, 'reviews-command');
    const add = `mutation {
      addReview(input: { orderId: "o-3", sku: "BOOK-ALPS", rating: 3, text: "Heavy." }) { id }
    }`;
    expect(await ask(command, add)).toEqual({ data: { addReview: { id: 'r-6' } } });

    const readReview = `{ review(id: "r-6") {
      rating text createdAt author { name } product { id averageRating }
    } }`;
    const read = () => ask(urlOf(demo, 'reviews-query'), readReview);
    expect(await read()).toEqual({
      data: {
        review: {
          rating: 3,
          text: 'Heavy.',
          createdAt: '2026-02-01T12:00:00.000Z',
          author: { name: 'Mira Lang' },
          product: { id: 'p-2', averageRating: 3 },
        },
      },
    });

    const remove = 'mutation { removeReview(id: "r-6") { id } }';
    expect(await ask(command, remove)).toEqual({ data: { removeReview: { id: 'p-2' } } });
    expect(await read()).toEqual({ data: { review: null } });
    expect(await ask(command, add)).toEqual({ data: { addReview: { id: 'r-7' } } });
  });
});
