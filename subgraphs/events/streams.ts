/** Every event of the shop, by the stream that carries it. Amounts are in euro cents. */
export interface Streams {
  readonly accounts: AccountsEvent;
  readonly catalog: CatalogEvent;
  readonly orders: OrdersEvent;
  readonly reviews: ReviewsEvent;
}

/** The names of the streams. */
export type StreamName = keyof Streams;

/** A customer joined. */
export interface AccountOpened {
  readonly type: 'AccountOpened';
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly country: 'DE' | 'FR' | 'US';
  /** From 0 (none) to 100. */
  readonly riskScore: number;
  /** An instant as RFC 3339 writes it, as are all named `at`. */
  readonly at: string;
}

/** All that happens to accounts. */
export type AccountsEvent = AccountOpened;

/** Products may be of this brand from now on. */
export interface BrandAdded {
  readonly type: 'BrandAdded';
  readonly brandId: string;
  readonly name: string;
}

/** Stock may lie there from now on. */
export interface WarehouseAdded {
  readonly type: 'WarehouseAdded';
  readonly warehouseId: string;
  readonly city: string;
}

/** What only books have. */
export interface BookDetails {
  readonly kind: 'BOOK';
  readonly author: string;
  readonly isbn: string;
}

/** What only devices have. */
export interface DeviceDetails {
  readonly kind: 'DEVICE';
  readonly warrantyMonths: number;
}

/** A product is sold from now on. */
export interface ProductCreated {
  readonly type: 'ProductCreated';
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly brandId: string;
  readonly priceMinor: number;
  readonly weightGrams: number;
  readonly details: BookDetails | DeviceDetails;
  readonly at: string;
}

/** A product costs something else from now on; what was ordered keeps its price. */
export interface PriceChanged {
  readonly type: 'PriceChanged';
  readonly productId: string;
  readonly priceMinor: number;
}

/** So many more of an article lie in a warehouse. */
export interface StockReceived {
  readonly type: 'StockReceived';
  readonly sku: string;
  readonly warehouseId: string;
  readonly quantity: number;
}

/** All that happens to brands, warehouses, products and stock. */
export type CatalogEvent =
  | BrandAdded
  | WarehouseAdded
  | ProductCreated
  | PriceChanged
  | StockReceived;

/** One article of an order, and the warehouse that it leaves from. */
export interface OrderedLine {
  readonly sku: string;
  readonly warehouseId: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
}

/** A customer ordered; the stock is reserved. */
export interface OrderPlaced {
  readonly type: 'OrderPlaced';
  readonly orderId: string;
  readonly accountId: string;
  readonly lines: readonly OrderedLine[];
  /** Absent when the order is paid on account. */
  readonly cardLastDigits?: string;
  readonly paymentReference: string;
  readonly at: string;
}

/** The order left; its stock is gone. */
export interface OrderShipped {
  readonly type: 'OrderShipped';
  readonly orderId: string;
  readonly carrier: 'POST' | 'COURIER';
  readonly trackingNumber: string;
  readonly lines: readonly OrderedLine[];
}

/** The order will not be sent; its stock is free again. */
export interface OrderCancelled {
  readonly type: 'OrderCancelled';
  readonly orderId: string;
  readonly reason?: string;
  readonly lines: readonly OrderedLine[];
}

/** All that happens to orders. */
export type OrdersEvent = OrderPlaced | OrderShipped | OrderCancelled;

/** A customer wrote about a purchase. */
export interface ReviewAdded {
  readonly type: 'ReviewAdded';
  readonly reviewId: string;
  readonly orderId: string;
  readonly sku: string;
  readonly productId: string;
  readonly accountId: string;
  readonly authorName: string;
  readonly rating: number;
  readonly text: string;
  readonly at: string;
}

/** A review is not shown any more. */
export interface ReviewRemoved {
  readonly type: 'ReviewRemoved';
  readonly reviewId: string;
}

/** All that happens to reviews. */
export type ReviewsEvent = ReviewAdded | ReviewRemoved;
