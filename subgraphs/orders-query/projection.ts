import type { OrderedLine, OrderPlaced, OrdersEvent } from '../events/streams.ts';

/** One article of an order. */
export interface OrderLineState {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  /** In euro cents. */
  readonly unitPriceMinor: number;
}

/** One order, as last told of. */
export interface OrderState {
  readonly id: string;
  readonly accountId: string;
  readonly status: 'PLACED' | 'SHIPPED' | 'CANCELLED';
  readonly lines: readonly OrderLineState[];
  readonly cardLastDigits: string | undefined;
  readonly paymentReference: string;
  readonly placedAt: string;
}

/** Every order and what the orders say about products, accounts and stock. */
export class OrdersView {
  readonly #orders = new Map<string, OrderState>();
  readonly #reserved = new Map<string, number>();

  apply(event: OrdersEvent): void {
    switch (event.type) {
      case 'OrderPlaced':
        this.#orders.set(event.orderId, orderOf(event));
        this.#reserve(event.lines, 1);
        break;
      case 'OrderShipped':
        this.#close(event.orderId, 'SHIPPED');
        this.#reserve(event.lines, -1);
        break;
      case 'OrderCancelled':
        this.#close(event.orderId, 'CANCELLED');
        this.#reserve(event.lines, -1);
    }
  }

  order(id: string): OrderState | undefined {
    return this.#orders.get(id);
  }

  line(orderId: string, sku: string): OrderLineState | undefined {
    return this.#orders.get(orderId)?.lines.find((line) => line.sku === sku);
  }

  /** Newest first. */
  orders(): readonly OrderState[] {
    return [...this.#orders.values()].reverse();
  }

  /** Newest first. */
  ordersOf(accountId: string): readonly OrderState[] {
    return this.orders().filter((order) => order.accountId === accountId);
  }

  /** Orders that were not cancelled, newest first. */
  sales(): readonly OrderState[] {
    return this.orders().filter(({ status }) => status !== 'CANCELLED');
  }

  /** How many of an article are ordered from a warehouse and not yet shipped. */
  reserved(sku: string, warehouseId: string): number {
    return this.#reserved.get(placeOf(sku, warehouseId)) ?? 0;
  }

  #close(id: string, status: 'SHIPPED' | 'CANCELLED'): void {
    const order = this.#orders.get(id);
    if (order !== undefined) this.#orders.set(id, { ...order, status });
  }

  #reserve(lines: readonly OrderedLine[], sign: 1 | -1): void {
    for (const { sku, warehouseId, quantity } of lines) {
      const reserved = this.reserved(sku, warehouseId) + sign * quantity;
      this.#reserved.set(placeOf(sku, warehouseId), reserved);
    }
  }
}

/** What an order costs, in euro cents. */
export function totalOf({ lines }: OrderState): number {
  return lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
}

/** What all of `orders` cost together, in euro cents. */
export function spentOn(orders: readonly OrderState[]): number {
  return orders.reduce((sum, order) => sum + totalOf(order), 0);
}

function placeOf(sku: string, warehouseId: string): string {
  return JSON.stringify([sku, warehouseId]);
}

function orderOf(event: OrderPlaced): OrderState {
  const { orderId, accountId, cardLastDigits, paymentReference, at } = event;
  const lines = event.lines.map(({ sku, quantity, unitPriceMinor }) => ({
    orderId,
    sku,
    quantity,
    unitPriceMinor,
  }));
  const payment = { cardLastDigits, paymentReference };
  return { id: orderId, accountId, status: 'PLACED', lines, ...payment, placedAt: at };
}
