import { expect, test } from '@jest/globals';
import { seededLog, startSubgraph } from '../../subgraphs/demo.ts';
import type { StreamName } from '../../subgraphs/events/streams.ts';
import type { SubgraphName } from '../../subgraphs/services.ts';
import { ask, never } from './ask.ts';

const fields = 'sku: "NEW", name: "New", brandId: "b-1", priceMinor: 1, weightGrams: 1';
const product = (kind: string) => `createProduct(input: { ${fields} ${kind} }) { id }`;
const device = 'device: { warrantyMonths: 12 }';
const book = (isbn: string) => `book: { author: "A", isbn: "${isbn}" }`;
const order = (lines: string) => `placeOrder(input: { accountId: "a-1", lines: ${lines} }) { id }`;
const review = (input: string) => `addReview(input: { text: "Good.", ${input} }) { id }`;

const refusals: readonly (readonly [SubgraphName, string, string, string])[] = [
  ['catalog-command', product(''), 'BAD_USER_INPUT', 'A product is either a book or a device'],
  [
    'catalog-command',
    product(`${device} ${book('9783161484100')}`),
    'BAD_USER_INPUT',
    'A product is either a book or a device',
  ],
  [
    'catalog-command',
    product(book('978-3')),
    'BAD_USER_INPUT',
    'isbn must have 10 or 13 digits, without hyphens',
  ],
  [
    'catalog-command',
    product(device).replace('"NEW"', '"LAMP-ARC"'),
    'SKU_TAKEN',
    'There is a product with sku LAMP-ARC',
  ],
  [
    'catalog-command',
    product(device).replace('"b-1"', '"b-9"'),
    'BRAND_NOT_FOUND',
    'There is no brand b-9',
  ],
  [
    'catalog-command',
    product(device).replace('"New"', '" "'),
    'BAD_USER_INPUT',
    'name must have 1 to 200 characters',
  ],
  [
    'catalog-command',
    'changePrice(productId: "p-9", priceMinor: 1) { id }',
    'PRODUCT_NOT_FOUND',
    'There is no product with id p-9',
  ],
  [
    'catalog-command',
    'changePrice(productId: "p-1", priceMinor: -1) { id }',
    'BAD_USER_INPUT',
    'priceMinor must be from 0 to 10000000',
  ],
  [
    'catalog-command',
    'receiveStock(sku: "X", warehouseId: "w-1", quantity: 1) { sku }',
    'PRODUCT_NOT_FOUND',
    'There is no product with sku X',
  ],
  [
    'catalog-command',
    'receiveStock(sku: "LAMP-ARC", warehouseId: "w-9", quantity: 1) { sku }',
    'WAREHOUSE_NOT_FOUND',
    'There is no warehouse w-9',
  ],
  [
    'orders-command',
    order('[{ sku: "LAMP-ARC" }]').replace('"a-1"', '"a-9"'),
    'ACCOUNT_NOT_FOUND',
    'There is no account a-9',
  ],
  ['orders-command', order('[]'), 'BAD_USER_INPUT', 'The number of lines must be from 1 to 50'],
  [
    'orders-command',
    order('[{ sku: "LAMP-ARC", quantity: 0 }]'),
    'BAD_USER_INPUT',
    'quantity must be from 1 to 1000',
  ],
  [
    'orders-command',
    order('[{ sku: "LAMP-ARC" }, { sku: "LAMP-ARC" }]'),
    'BAD_USER_INPUT',
    'Each article has one line',
  ],
  [
    'orders-command',
    order('[{ sku: "LAMP-ARC" }], cardLastDigits: "42"'),
    'BAD_USER_INPUT',
    'cardLastDigits must be four digits',
  ],
  [
    'orders-command',
    order('[{ sku: "X" }]'),
    'PRODUCT_NOT_FOUND',
    'There is no product with sku X',
  ],
  [
    'orders-command',
    order('[{ sku: "LAMP-ARC", quantity: 9 }]'),
    'OUT_OF_STOCK',
    'No warehouse has 9 of LAMP-ARC',
  ],
  ['orders-command', 'shipOrder(id: "o-9") { id }', 'ORDER_NOT_FOUND', 'There is no order o-9'],
  [
    'orders-command',
    'cancelOrder(id: "o-1") { refund { amountMinor } }',
    'ORDER_CLOSED',
    'Order o-1 is shipped',
  ],
  ['orders-command', 'shipOrder(id: "o-5") { id }', 'ORDER_CLOSED', 'Order o-5 is cancelled'],
  [
    'reviews-command',
    review('orderId: "o-1", sku: "LAMP-ARC", rating: 6'),
    'BAD_USER_INPUT',
    'rating must be from 1 to 5',
  ],
  [
    'reviews-command',
    review('orderId: "o-5", sku: "BOOK-ALPS", rating: 5'),
    'ORDER_NOT_FOUND',
    'There is no order o-5',
  ],
  [
    'reviews-command',
    review('orderId: "o-1", sku: "BOOK-ALPS", rating: 5'),
    'NOT_PURCHASED',
    'Order o-1 does not contain BOOK-ALPS',
  ],
  [
    'reviews-command',
    review('orderId: "o-1", sku: "LAMP-ARC", rating: 5'),
    'ALREADY_REVIEWED',
    'LAMP-ARC of order o-1 has a review',
  ],
  [
    'reviews-command',
    'removeReview(id: "r-9") { id }',
    'REVIEW_NOT_FOUND',
    'There is no review r-9',
  ],
];

test.each(refusals)('%s refuses %s with %s', async (name, field, code, message) => {
  const log = await seededLog(never());
  await using subgraph = await startSubgraph(name, { log }, never());
  const streams: readonly StreamName[] = ['accounts', 'catalog', 'orders', 'reviews'];
  const read = () => Promise.all(streams.map((stream) => log.read(stream, 0, never())));
  const before = await read();

  expect(await ask(subgraph.url, `mutation { refused: ${field} }`)).toEqual({
    data: { refused: null },
    errors: [
      {
        message,
        path: ['refused'],
        locations: [{ line: 1, column: 12 }],
        extensions: { code },
      },
    ],
  });
  expect(await read()).toEqual(before);
});
