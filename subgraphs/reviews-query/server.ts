import type { ServiceOptions } from '../common/service.ts';
import { Projection } from '../events/projection.ts';
import { type RunningSubgraph, serveSubgraph } from '../serve.ts';
import { ReviewsView } from './projection.ts';
import { createResolvers } from './resolvers.ts';

/** Starts the service that answers what customers wrote. */
export async function startReviewsQuery(
  { log, port = 0, projectionLagMs = 0 }: ServiceOptions,
  signal: AbortSignal,
): Promise<RunningSubgraph> {
  const reviews = new ReviewsView();
  const state = new Projection(log, projectionLagMs);
  await state.follow('reviews', (event) => reviews.apply(event), signal);
  const schemaFile = new URL('schema.graphql', import.meta.url);
  const resolvers = createResolvers(reviews);
  return serveSubgraph({ schemaFile, resolvers, port, state }, signal);
}
