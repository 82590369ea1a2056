import type { ReviewAdded, ReviewsEvent } from '../events/streams.ts';

/** One review and the purchase that it is about. */
export interface ReviewState {
  readonly id: string;
  readonly orderId: string;
  readonly sku: string;
  readonly productId: string;
  readonly accountId: string;
  readonly authorName: string;
  readonly rating: number;
  readonly text: string;
  readonly createdAt: string;
}

/** What customers wrote, as their events tell. */
export class ReviewsView {
  readonly #reviews = new Map<string, ReviewState>();

  apply(event: ReviewsEvent): void {
    if (event.type === 'ReviewAdded') this.#reviews.set(event.reviewId, reviewOf(event));
    else this.#reviews.delete(event.reviewId);
  }

  review(id: string): ReviewState | undefined {
    return this.#reviews.get(id);
  }

  /** Newest first, as are all lists here. */
  reviews(): readonly ReviewState[] {
    return [...this.#reviews.values()].reverse();
  }

  reviewsOfProduct(id: string): readonly ReviewState[] {
    return this.reviews().filter(({ productId }) => productId === id);
  }

  reviewsByAccount(id: string): readonly ReviewState[] {
    return this.reviews().filter(({ accountId }) => accountId === id);
  }

  reviewOfPurchase(orderId: string, sku: string): ReviewState | undefined {
    return this.reviews().find((review) => review.orderId === orderId && review.sku === sku);
  }

  /** Undefined for a product that nobody has rated. */
  averageRating(productId: string): number | undefined {
    const ratings = this.reviewsOfProduct(productId).map(({ rating }) => rating);
    if (ratings.length === 0) return undefined;
    return ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
  }
}

function reviewOf({ type: _, reviewId: id, at, ...rest }: ReviewAdded): ReviewState {
  return { id, ...rest, createdAt: at };
}
