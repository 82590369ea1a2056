import { dateTime } from '../common/date-time.ts';
import { money } from '../common/money.ts';
import { firstOf } from '../common/page.ts';
import { createContributions } from './contributions.ts';
import type { Resolvers } from './generated.ts';
import { type OrdersView, spentOn, totalOf } from './projection.ts';
import { dueAt } from './terms.ts';

/** The orders as clients and other services read them. */
export function createResolvers(view: OrdersView): Resolvers {
  return {
    ...createContributions(view),
    DateTime: dateTime(),
    Query: {
      order: (_, { id }) => view.order(id) ?? null,
      orders: (_, { status, placedAfter, first }) =>
        firstOf(
          view
            .orders()
            .filter(
              (order) =>
                order.status === (status ?? order.status) && order.placedAt > (placedAfter ?? ''),
            ),
          first,
        ),
      salesReport: () => ({
        orderCount: view.sales().length,
        turnover: money(spentOn(view.sales())),
      }),
    },
    Order: {
      __resolveReference: ({ id }) => view.order(id) ?? null,
      account: ({ accountId }) => ({ id: accountId }),
      total: (order, { currency }) => money(totalOf(order), currency),
      payment: (order) => {
        const amount = money(totalOf(order));
        const { cardLastDigits, placedAt } = order;
        return cardLastDigits === undefined
          ? { __typename: 'InvoicePayment', amount, dueAt: dueAt(placedAt) }
          : { __typename: 'CardPayment', amount, lastDigits: cardLastDigits };
      },
    },
    OrderLine: {
      __resolveReference: ({ orderId, sku }) => view.line(orderId, sku) ?? null,
      unitPrice: ({ unitPriceMinor }, { currency }) => money(unitPriceMinor, currency),
      product: ({ sku }) => ({ sku }),
    },
  };
}
