import { checkWhole, refusal } from '../common/refusal.ts';
import type { OrderedLine, OrderPlaced } from '../events/streams.ts';
import type { OrderLineInput, PlaceOrderInput } from './generated.ts';
import type { OrdersState } from './state.ts';

const mostLines = 50;
const mostQuantity = 1_000;

/** Decides whether the order can be placed at `at`; the event says what was decided. */
export function placeOrder(state: OrdersState, input: PlaceOrderInput, at: Date): OrderPlaced {
  const { accountId, cardLastDigits } = input;
  checkLines(input.lines);
  checkCard(cardLastDigits ?? undefined);
  if (!state.hasAccount(accountId)) {
    throw refusal('ACCOUNT_NOT_FOUND', `There is no account ${accountId}`);
  }
  const orderId = state.nextOrderId();
  return {
    type: 'OrderPlaced',
    orderId,
    accountId,
    lines: input.lines.map((line) => reserve(state, line)),
    ...(cardLastDigits == null ? {} : { cardLastDigits }),
    paymentReference: `pay-${orderId}`,
    at: at.toISOString(),
  };
}

function checkLines(lines: readonly OrderLineInput[]): void {
  checkWhole('The number of lines', lines.length, 1, mostLines);
  const skus = new Set(lines.map(({ sku }) => sku));
  if (skus.size < lines.length) {
    throw refusal('BAD_USER_INPUT', 'Each article has one line');
  }
}

function checkCard(lastDigits: string | undefined): void {
  if (lastDigits === undefined || /^\d{4}$/.test(lastDigits)) return;
  throw refusal('BAD_USER_INPUT', 'cardLastDigits must be four digits');
}

function reserve(state: OrdersState, { sku, quantity = 1 }: OrderLineInput): OrderedLine {
  checkWhole('quantity', quantity, 1, mostQuantity);
  const unitPriceMinor = state.priceMinor(sku);
  if (unitPriceMinor === undefined) {
    throw refusal('PRODUCT_NOT_FOUND', `There is no product with sku ${sku}`);
  }
  const warehouseId = state.warehouseFor(sku, quantity);
  if (warehouseId === undefined) {
    throw refusal('OUT_OF_STOCK', `No warehouse has ${quantity} of ${sku}`);
  }
  return { sku, warehouseId, quantity, unitPriceMinor };
}
