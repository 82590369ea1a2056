import type { EventLog } from './log.ts';
import type {
  AccountOpened,
  AccountsEvent,
  CatalogEvent,
  OrdersEvent,
  ProductCreated,
  ReviewAdded,
  ReviewsEvent,
  StockReceived,
} from './streams.ts';

/** Records the demo's past in an empty log: its brands, products, customers, orders and reviews. */
export async function seed(log: EventLog, signal: AbortSignal): Promise<void> {
  for (const event of accounts) await log.append('accounts', event, signal);
  for (const event of catalog) await log.append('catalog', event, signal);
  for (const event of orders) await log.append('orders', event, signal);
  for (const event of reviews) await log.append('reviews', event, signal);
}

const accounts: readonly AccountsEvent[] = [
  { ...account('a-1', 'Mira Lang', 'DE', 10), at: '2025-03-01T09:00:00.000Z' },
  { ...account('a-2', 'Jules Petit', 'FR', 40), at: '2025-06-15T12:30:00.000Z' },
  { ...account('a-3', 'Sam Carter', 'US', 80), at: '2025-11-20T18:45:00.000Z' },
];

const catalog: readonly CatalogEvent[] = [
  { type: 'BrandAdded', brandId: 'b-1', name: 'Lumen Press' },
  { type: 'BrandAdded', brandId: 'b-2', name: 'Nordlicht' },
  { type: 'BrandAdded', brandId: 'b-3', name: 'Voltaro' },
  { type: 'WarehouseAdded', warehouseId: 'w-1', city: 'Hamburg' },
  { type: 'WarehouseAdded', warehouseId: 'w-2', city: 'Lyon' },
  {
    ...product('p-1', 'BOOK-SEA', 'The Quiet Sea', 'b-1'),
    ...{ priceMinor: 1_890, weightGrams: 420 },
    details: { kind: 'BOOK', author: 'Ada Winter', isbn: '9783161484100' },
  },
  {
    ...product('p-2', 'BOOK-ALPS', 'Maps of the Alps', 'b-1'),
    ...{ priceMinor: 3_490, weightGrams: 900 },
    details: { kind: 'BOOK', author: 'Luca Moretti', isbn: '9781402894626' },
  },
  {
    ...product('p-3', 'LAMP-ARC', 'Arc Desk Lamp', 'b-2'),
    ...{ priceMinor: 7_900, weightGrams: 1_800 },
    details: { kind: 'DEVICE', warrantyMonths: 24 },
  },
  {
    ...product('p-4', 'RADIO-POCKET', 'Pocket Radio', 'b-3'),
    ...{ priceMinor: 4_950, weightGrams: 300 },
    details: { kind: 'DEVICE', warrantyMonths: 24 },
  },
  {
    ...product('p-5', 'KETTLE-ONE', 'Kettle One', 'b-3'),
    ...{ priceMinor: 3_900, weightGrams: 1_100 },
    details: { kind: 'DEVICE', warrantyMonths: 36 },
  },
  {
    ...product('p-6', 'BOOK-STARS', 'Atlas of Stars', 'b-1'),
    ...{ priceMinor: 5_900, weightGrams: 2_100 },
    details: { kind: 'BOOK', author: 'Ines Duarte', isbn: '9780596520687' },
  },
  stock('BOOK-SEA', 'w-1', 40),
  stock('BOOK-SEA', 'w-2', 15),
  stock('BOOK-ALPS', 'w-1', 12),
  stock('LAMP-ARC', 'w-1', 8),
  stock('LAMP-ARC', 'w-2', 4),
  stock('RADIO-POCKET', 'w-2', 25),
  stock('KETTLE-ONE', 'w-1', 10),
  stock('BOOK-STARS', 'w-2', 3),
];

const shippedLines = [
  { sku: 'BOOK-SEA', warehouseId: 'w-1', quantity: 2, unitPriceMinor: 1_890 },
  { sku: 'LAMP-ARC', warehouseId: 'w-1', quantity: 1, unitPriceMinor: 7_900 },
] as const;

const cancelledLines = [
  { sku: 'BOOK-ALPS', warehouseId: 'w-1', quantity: 1, unitPriceMinor: 3_490 },
] as const;

const orders: readonly OrdersEvent[] = [
  {
    type: 'OrderPlaced',
    orderId: 'o-1',
    accountId: 'a-1',
    lines: shippedLines,
    cardLastDigits: '4242',
    paymentReference: 'pay-o-1',
    at: '2026-01-10T10:00:00.000Z',
  },
  {
    type: 'OrderShipped',
    orderId: 'o-1',
    carrier: 'POST',
    trackingNumber: 'POST-o-1',
    lines: shippedLines,
  },
  {
    type: 'OrderPlaced',
    orderId: 'o-2',
    accountId: 'a-2',
    lines: [{ sku: 'RADIO-POCKET', warehouseId: 'w-2', quantity: 1, unitPriceMinor: 4_950 }],
    paymentReference: 'pay-o-2',
    at: '2026-01-12T16:20:00.000Z',
  },
  {
    type: 'OrderPlaced',
    orderId: 'o-3',
    accountId: 'a-1',
    lines: [
      { sku: 'KETTLE-ONE', warehouseId: 'w-1', quantity: 1, unitPriceMinor: 3_900 },
      { sku: 'BOOK-ALPS', warehouseId: 'w-1', quantity: 2, unitPriceMinor: 3_490 },
    ],
    cardLastDigits: '4242',
    paymentReference: 'pay-o-3',
    at: '2026-01-20T08:05:00.000Z',
  },
  {
    type: 'OrderPlaced',
    orderId: 'o-4',
    accountId: 'a-3',
    lines: [{ sku: 'KETTLE-ONE', warehouseId: 'w-1', quantity: 2, unitPriceMinor: 3_900 }],
    cardLastDigits: '1881',
    paymentReference: 'pay-o-4',
    at: '2026-01-21T21:40:00.000Z',
  },
  {
    type: 'OrderPlaced',
    orderId: 'o-5',
    accountId: 'a-2',
    lines: cancelledLines,
    paymentReference: 'pay-o-5',
    at: '2026-01-22T07:15:00.000Z',
  },
  { type: 'OrderCancelled', orderId: 'o-5', reason: 'Ordered twice', lines: cancelledLines },
];

const mira = { accountId: 'a-1', authorName: 'Mira Lang' } as const;
const jules = { accountId: 'a-2', authorName: 'Jules Petit' } as const;
const sam = { accountId: 'a-3', authorName: 'Sam Carter' } as const;

const reviews: readonly ReviewsEvent[] = [
  {
    ...review('r-1', 5, 'Read it in one night.', '2026-01-18T20:00:00.000Z'),
    ...mira,
    ...{ orderId: 'o-1', sku: 'BOOK-SEA', productId: 'p-1' },
  },
  {
    ...review('r-2', 4, 'Good light; the base could be heavier.', '2026-01-19T07:30:00.000Z'),
    ...mira,
    ...{ orderId: 'o-1', sku: 'LAMP-ARC', productId: 'p-3' },
  },
  {
    ...review('r-3', 2, 'The battery lasts for a day.', '2026-01-25T11:10:00.000Z'),
    ...jules,
    ...{ orderId: 'o-2', sku: 'RADIO-POCKET', productId: 'p-4' },
  },
  {
    ...review('r-4', 5, 'Two cups in two minutes.', '2026-01-28T06:55:00.000Z'),
    ...mira,
    ...{ orderId: 'o-3', sku: 'KETTLE-ONE', productId: 'p-5' },
  },
  {
    ...review('r-5', 4, 'Quieter than the old one.', '2026-01-30T22:05:00.000Z'),
    ...sam,
    ...{ orderId: 'o-4', sku: 'KETTLE-ONE', productId: 'p-5' },
  },
];

function account(
  accountId: string,
  name: string,
  country: AccountOpened['country'],
  riskScore: number,
): Omit<AccountOpened, 'at'> {
  const email = `${name.toLowerCase().replace(' ', '.')}@example.com`;
  return { type: 'AccountOpened', accountId, name, email, country, riskScore };
}

function product(
  productId: string,
  sku: string,
  name: string,
  brandId: string,
): Pick<ProductCreated, 'type' | 'productId' | 'sku' | 'name' | 'brandId' | 'at'> {
  return { type: 'ProductCreated', productId, sku, name, brandId, at: '2025-12-01T08:00:00.000Z' };
}

function stock(sku: string, warehouseId: string, quantity: number): StockReceived {
  return { type: 'StockReceived', sku, warehouseId, quantity };
}

function review(
  reviewId: string,
  rating: number,
  text: string,
  at: string,
): Pick<ReviewAdded, 'type' | 'reviewId' | 'rating' | 'text' | 'at'> {
  return { type: 'ReviewAdded', reviewId, rating, text, at };
}
