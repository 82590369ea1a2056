import { checkText, checkWhole, refusal } from '../common/refusal.ts';
import type { ReviewAdded } from '../events/streams.ts';
import type { AddReviewInput } from './generated.ts';
import type { ReviewsState } from './state.ts';

const mostTextCharacters = 2_000;

/** Decides whether the review can be added at `at`; the event says what was decided. */
export function addReview(state: ReviewsState, input: AddReviewInput, at: Date): ReviewAdded {
  const { orderId, sku, rating, text } = input;
  checkWhole('rating', rating, 1, 5);
  checkText('text', text, mostTextCharacters);
  if (!state.hasOrder(orderId)) throw refusal('ORDER_NOT_FOUND', `There is no order ${orderId}`);
  const purchase = state.purchase(orderId, sku);
  if (purchase === undefined) {
    throw refusal('NOT_PURCHASED', `Order ${orderId} does not contain ${sku}`);
  }
  if (state.isReviewed(orderId, sku)) {
    throw refusal('ALREADY_REVIEWED', `${sku} of order ${orderId} has a review`);
  }
  const reviewId = state.nextReviewId();
  return { type: 'ReviewAdded', reviewId, ...purchase, ...input, at: at.toISOString() };
}
