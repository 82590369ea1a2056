import type { ServiceOptions } from '../common/service.ts';
import { Projection } from '../events/projection.ts';
import { type RunningSubgraph, serveSubgraph } from '../serve.ts';
import { CatalogView } from './projection.ts';
import { createResolvers } from './resolvers.ts';

/** Starts the service that answers what the shop sells and how much of it there is. */
export async function startCatalogQuery(
  { log, port = 0, projectionLagMs = 0 }: ServiceOptions,
  signal: AbortSignal,
): Promise<RunningSubgraph> {
  const catalog = new CatalogView();
  const state = new Projection(log, projectionLagMs);
  await state.follow('catalog', (event) => catalog.applyCatalog(event), signal);
  await state.follow('orders', (event) => catalog.applyOrders(event), signal);
  const schemaFile = new URL('schema.graphql', import.meta.url);
  const resolvers = createResolvers(catalog);
  return serveSubgraph({ schemaFile, resolvers, port, state }, signal);
}
