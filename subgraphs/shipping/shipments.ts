import type { OrderedLine, OrdersEvent } from '../events/streams.ts';

/** What one warehouse sends for an order. */
export interface Parcel {
  readonly warehouseId: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
}

/** How far the parcels of one order have come. */
export interface Shipment {
  readonly orderId: string;
  readonly status: 'PREPARING' | 'ON_THE_WAY' | 'CANCELLED';
  readonly carrier: 'POST' | 'COURIER' | null;
  readonly trackingNumber: string | null;
  readonly parcels: readonly Parcel[];
}

/** What is being sent to customers, as the events of the orders tell. */
export class ShipmentsView {
  readonly #shipments = new Map<string, Shipment>();

  apply(event: OrdersEvent): void {
    const { orderId, lines } = event;
    const none = { carrier: null, trackingNumber: null };
    const shipment = { orderId, ...none, parcels: parcelsOf(lines) };
    this.#shipments.set(orderId, { ...shipment, ...progressOf(event) });
  }

  shipment(orderId: string): Shipment | undefined {
    return this.#shipments.get(orderId);
  }

  /** Oldest first. */
  shipments(): readonly Shipment[] {
    return [...this.#shipments.values()];
  }
}

function progressOf(event: OrdersEvent): Pick<Shipment, 'status'> & Partial<Shipment> {
  switch (event.type) {
    case 'OrderPlaced':
      return { status: 'PREPARING' };
    case 'OrderCancelled':
      return { status: 'CANCELLED' };
    case 'OrderShipped': {
      const { carrier, trackingNumber } = event;
      return { status: 'ON_THE_WAY', carrier, trackingNumber };
    }
  }
}

function parcelsOf(lines: readonly OrderedLine[]): readonly Parcel[] {
  const byWarehouse = Map.groupBy(lines, ({ warehouseId }) => warehouseId);
  return [...byWarehouse].map(([warehouseId, group]) => ({
    warehouseId,
    items: group.map(({ sku, quantity }) => ({ sku, quantity })),
  }));
}
