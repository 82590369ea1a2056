import type { AccountsEvent, CatalogEvent, OrderedLine, OrdersEvent } from '../events/streams.ts';

/** An order, as far as a command must know it. */
export interface OrderRecord {
  readonly status: 'PLACED' | 'SHIPPED' | 'CANCELLED';
  readonly lines: readonly OrderedLine[];
}

/** What the commands on orders must know to decide: who buys, what it costs, what is left. */
export class OrdersState {
  readonly #accountIds = new Set<string>();
  readonly #skus = new Map<string, string>();
  readonly #prices = new Map<string, number>();
  /** What may still be ordered, by article and then by warehouse. */
  readonly #available = new Map<string, Map<string, number>>();
  readonly #orders = new Map<string, OrderRecord>();

  applyAccounts(event: AccountsEvent): void {
    this.#accountIds.add(event.accountId);
  }

  applyCatalog(event: CatalogEvent): void {
    switch (event.type) {
      case 'ProductCreated':
        this.#skus.set(event.productId, event.sku);
        this.#prices.set(event.sku, event.priceMinor);
        break;
      case 'PriceChanged':
        this.#changePrice(event.productId, event.priceMinor);
        break;
      case 'StockReceived':
        this.#release(event.sku, event.warehouseId, event.quantity);
    }
  }

  applyOrders(event: OrdersEvent): void {
    switch (event.type) {
      case 'OrderPlaced':
        this.#orders.set(event.orderId, { status: 'PLACED', lines: event.lines });
        for (const line of event.lines) this.#release(line.sku, line.warehouseId, -line.quantity);
        break;
      case 'OrderShipped':
        this.#orders.set(event.orderId, { status: 'SHIPPED', lines: event.lines });
        break;
      case 'OrderCancelled':
        this.#orders.set(event.orderId, { status: 'CANCELLED', lines: event.lines });
        for (const line of event.lines) this.#release(line.sku, line.warehouseId, line.quantity);
    }
  }

  hasAccount(id: string): boolean {
    return this.#accountIds.has(id);
  }

  /** In euro cents; undefined when nothing is sold under `sku`. */
  priceMinor(sku: string): number | undefined {
    return this.#prices.get(sku);
  }

  /** The first warehouse that has `quantity` to give. */
  warehouseFor(sku: string, quantity: number): string | undefined {
    const places = this.#available.get(sku) ?? new Map<string, number>();
    return [...places].find(([, available]) => available >= quantity)?.[0];
  }

  order(id: string): OrderRecord | undefined {
    return this.#orders.get(id);
  }

  /** The id of the order to be placed next. */
  nextOrderId(): string {
    return `o-${this.#orders.size + 1}`;
  }

  #changePrice(productId: string, priceMinor: number): void {
    const sku = this.#skus.get(productId);
    if (sku !== undefined) this.#prices.set(sku, priceMinor);
  }

  #release(sku: string, warehouseId: string, quantity: number): void {
    const places = this.#available.get(sku) ?? new Map<string, number>();
    places.set(warehouseId, (places.get(warehouseId) ?? 0) + quantity);
    this.#available.set(sku, places);
  }
}
