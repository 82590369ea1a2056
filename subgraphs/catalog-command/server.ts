import type { ServiceOptions } from '../common/service.ts';
import { Projection } from '../events/projection.ts';
import { type RunningSubgraph, serveSubgraph } from '../serve.ts';
import { createResolvers } from './resolvers.ts';
import { CatalogState } from './state.ts';

/** Starts the service that takes the catalog's commands. */
export async function startCatalogCommand(
  { log, port = 0, now = () => new Date() }: ServiceOptions,
  signal: AbortSignal,
): Promise<RunningSubgraph> {
  const catalog = new CatalogState();
  // Decisions rest on everything that was recorded: a command service never lags.
  const state = new Projection(log, 0);
  await state.follow('catalog', (event) => catalog.apply(event), signal);
  const schemaFile = new URL('schema.graphql', import.meta.url);
  const resolvers = createResolvers(catalog, log, now);
  return serveSubgraph({ schemaFile, resolvers, port, state }, signal);
}
