import { money } from '../common/money.ts';
import { refusal } from '../common/refusal.ts';
import type { EventLog } from '../events/log.ts';
import type { OrderedLine } from '../events/streams.ts';
import type { Resolvers } from './generated.ts';
import { placeOrder } from './place-order.ts';
import type { OrdersState } from './state.ts';

/**
 * The commands on orders. Each decides and records in one go, so that no other command comes
 * between, and answers with the order's key: reading is for others.
 */
export function createResolvers(state: OrdersState, log: EventLog, now: () => Date): Resolvers {
  return {
    Mutation: {
      placeOrder: async (_, { input }, { signal }) => {
        const event = placeOrder(state, input, now());
        await log.append('orders', event, signal);
        return { id: event.orderId };
      },
      cancelOrder: async (_, { id, reason }, { signal }) => {
        const lines = openLines(state, id);
        const told = reason == null ? {} : { reason };
        const event = { type: 'OrderCancelled', orderId: id, lines, ...told } as const;
        await log.append('orders', event, signal);
        return { order: { id }, refund: money(worthOf(lines)) };
      },
      shipOrder: async (_, { id, carrier }, { signal }) => {
        const lines = openLines(state, id);
        const trackingNumber = `${carrier}-${id}`;
        const event = {
          type: 'OrderShipped',
          orderId: id,
          carrier,
          trackingNumber,
          lines,
        } as const;
        await log.append('orders', event, signal);
        return { id };
      },
    },
  };
}

/** The lines of an order that was neither shipped nor cancelled. */
function openLines(state: OrdersState, id: string): readonly OrderedLine[] {
  const order = state.order(id);
  if (order === undefined) throw refusal('ORDER_NOT_FOUND', `There is no order ${id}`);
  if (order.status === 'PLACED') return order.lines;
  throw refusal('ORDER_CLOSED', `Order ${id} is ${order.status.toLowerCase()}`);
}

function worthOf(lines: readonly OrderedLine[]): number {
  return lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
}
