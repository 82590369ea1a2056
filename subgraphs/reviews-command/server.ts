import type { ServiceOptions } from '../common/service.ts';
import { Projection } from '../events/projection.ts';
import { type RunningSubgraph, serveSubgraph } from '../serve.ts';
import { createResolvers } from './resolvers.ts';
import { ReviewsState } from './state.ts';

/** Starts the service that takes the commands on reviews. */
export async function startReviewsCommand(
  { log, port = 0, now = () => new Date() }: ServiceOptions,
  signal: AbortSignal,
): Promise<RunningSubgraph> {
  const reviews = new ReviewsState();
  // Decisions rest on everything that was recorded: a command service never lags.
  const state = new Projection(log, 0);
  await state.follow('accounts', (event) => reviews.applyAccounts(event), signal);
  await state.follow('catalog', (event) => reviews.applyCatalog(event), signal);
  await state.follow('orders', (event) => reviews.applyOrders(event), signal);
  await state.follow('reviews', (event) => reviews.applyReviews(event), signal);
  const schemaFile = new URL('schema.graphql', import.meta.url);
  const resolvers = createResolvers(reviews, log, now);
  return serveSubgraph({ schemaFile, resolvers, port, state }, signal);
}
