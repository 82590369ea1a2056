import type {
  AccountsEvent,
  CatalogEvent,
  OrderPlaced,
  OrdersEvent,
  ReviewsEvent,
} from '../events/streams.ts';

/** A purchase that may be reviewed. */
export interface Purchase {
  readonly productId: string;
  readonly accountId: string;
  readonly authorName: string;
}

/** What the commands on reviews must know to decide: who bought what, and what was said of it. */
export class ReviewsState {
  readonly #names = new Map<string, string>();
  readonly #productIds = new Map<string, string>();
  readonly #orders = new Map<string, OrderPlaced>();
  /** By review: the purchase, and the product, that it is about. */
  readonly #reviews = new Map<string, { readonly purchase: string; readonly productId: string }>();
  #added = 0;

  applyAccounts(event: AccountsEvent): void {
    this.#names.set(event.accountId, event.name);
  }

  applyCatalog(event: CatalogEvent): void {
    if (event.type === 'ProductCreated') this.#productIds.set(event.sku, event.productId);
  }

  applyOrders(event: OrdersEvent): void {
    if (event.type === 'OrderPlaced') this.#orders.set(event.orderId, event);
    if (event.type === 'OrderCancelled') this.#orders.delete(event.orderId);
  }

  applyReviews(event: ReviewsEvent): void {
    if (event.type === 'ReviewRemoved') {
      this.#reviews.delete(event.reviewId);
      return;
    }
    this.#added += 1;
    const { reviewId, orderId, sku, productId } = event;
    this.#reviews.set(reviewId, { purchase: keyOf(orderId, sku), productId });
  }

  /** False also for an order that was cancelled. */
  hasOrder(id: string): boolean {
    return this.#orders.has(id);
  }

  /** Undefined when the order does not hold the article. */
  purchase(orderId: string, sku: string): Purchase | undefined {
    const order = this.#orders.get(orderId);
    if (order?.lines.some((line) => line.sku === sku) !== true) return undefined;
    const productId = this.#productIds.get(sku);
    const authorName = this.#names.get(order.accountId);
    if (productId === undefined || authorName === undefined) return undefined;
    return { productId, accountId: order.accountId, authorName };
  }

  isReviewed(orderId: string, sku: string): boolean {
    const wanted = keyOf(orderId, sku);
    return [...this.#reviews.values()].some(({ purchase }) => purchase === wanted);
  }

  /** The product that a review is about; undefined when there is no such review. */
  productOf(reviewId: string): string | undefined {
    return this.#reviews.get(reviewId)?.productId;
  }

  /** The id of the review to be added next; those of removed reviews are not given again. */
  nextReviewId(): string {
    return `r-${this.#added + 1}`;
  }
}

function keyOf(orderId: string, sku: string): string {
  return JSON.stringify([orderId, sku]);
}
