import type { ServiceOptions } from '../common/service.ts';
import { Projection } from '../events/projection.ts';
import { type RunningSubgraph, serveSubgraph } from '../serve.ts';
import { OrdersView } from './projection.ts';
import { createResolvers } from './resolvers.ts';

/** Starts the service that answers what was ordered. */
export async function startOrdersQuery(
  { log, port = 0, projectionLagMs = 0 }: ServiceOptions,
  signal: AbortSignal,
): Promise<RunningSubgraph> {
  const orders = new OrdersView();
  const state = new Projection(log, projectionLagMs);
  await state.follow('orders', (event) => orders.apply(event), signal);
  const schemaFile = new URL('schema.graphql', import.meta.url);
  const resolvers = createResolvers(orders);
  return serveSubgraph({ schemaFile, resolvers, port, state }, signal);
}
