import { dateTime } from '../common/date-time.ts';
import { firstOf } from '../common/page.ts';
import type { Resolvers } from './generated.ts';
import type { ReviewsView } from './projection.ts';

/** The reviews, and what they add to the entities of other services. */
export function createResolvers(view: ReviewsView): Resolvers {
  return {
    DateTime: dateTime(),
    Query: {
      review: (_, { id }) => view.review(id) ?? null,
      latestReviews: (_, { first }) => firstOf(view.reviews(), first),
    },
    Review: {
      __resolveReference: ({ id }) => view.review(id) ?? null,
      product: ({ productId }) => ({ id: productId }),
      author: ({ accountId, authorName }) => ({ id: accountId, name: authorName }),
    },
    Product: {
      averageRating: ({ id }) => view.averageRating(id) ?? null,
      reviews: ({ id }, { first }) => firstOf(view.reviewsOfProduct(id), first),
    },
    Account: {
      reviews: ({ id }, { first }) => firstOf(view.reviewsByAccount(id), first),
    },
    OrderLine: {
      review: ({ orderId, sku }) => view.reviewOfPurchase(orderId, sku) ?? null,
    },
  };
}
