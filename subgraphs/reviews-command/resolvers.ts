import { refusal } from '../common/refusal.ts';
import type { EventLog } from '../events/log.ts';
import { addReview } from './add-review.ts';
import type { Resolvers } from './generated.ts';
import type { ReviewsState } from './state.ts';

/**
 * The commands on reviews. Each decides and records in one go, so that no other command comes
 * between, and answers with the key of what it changed: reading is for others.
 */
export function createResolvers(state: ReviewsState, log: EventLog, now: () => Date): Resolvers {
  return {
    Mutation: {
      addReview: async (_, { input }, { signal }) => {
        const event = addReview(state, input, now());
        await log.append('reviews', event, signal);
        return { id: event.reviewId };
      },
      removeReview: async (_, { id }, { signal }) => {
        const productId = state.productOf(id);
        if (productId === undefined) throw refusal('REVIEW_NOT_FOUND', `There is no review ${id}`);
        await log.append('reviews', { type: 'ReviewRemoved', reviewId: id }, signal);
        return { id: productId };
      },
    },
  };
}
