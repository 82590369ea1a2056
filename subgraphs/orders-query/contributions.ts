import { money } from '../common/money.ts';
import { firstOf } from '../common/page.ts';
import { refusal } from '../common/refusal.ts';
import type { Resolvers } from './generated.ts';
import { type OrdersView, spentOn } from './projection.ts';
import { creditLimit, shippingCost } from './terms.ts';

/** What the orders add to the entities of other services. */
export function createContributions(
  view: OrdersView,
): Pick<Resolvers, 'Account' | 'Product' | 'Stock'> {
  return {
    Account: {
      orders: ({ id }, { first }) => firstOf(view.ordersOf(id), first),
      totalSpent: ({ id }, { currency }) => money(spentBy(view, id), currency),
      creditLimit: ({ riskScore }) => money(creditLimit(required('riskScore', riskScore))),
    },
    Product: {
      unitsSold: ({ sku }) => unitsSold(view, sku),
      shippingCost: ({ weightGrams }, { country }) =>
        money(shippingCost(required('weightGrams', weightGrams), country)),
    },
    Stock: {
      reserved: ({ sku, warehouse }) => view.reserved(sku, warehouse.id),
      available: ({ sku, warehouse, onHand }) =>
        required('onHand', onHand) - view.reserved(sku, warehouse.id),
    },
  };
}

function spentBy(view: OrdersView, accountId: string): number {
  return spentOn(view.sales().filter((order) => order.accountId === accountId));
}

function unitsSold(view: OrdersView, sku: string): number {
  const lines = view.sales().flatMap((order) => order.lines.filter((line) => line.sku === sku));
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** What `@requires` names must come with the reference. */
function required(field: string, value: number | undefined): number {
  if (value === undefined) throw refusal('BAD_USER_INPUT', `The reference lacks ${field}`);
  return value;
}
