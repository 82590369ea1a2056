import type { ServiceOptions } from '../common/service.ts';
import { Projection } from '../events/projection.ts';
import { type RunningSubgraph, serveSubgraph } from '../serve.ts';
import { AccountsView } from './projection.ts';
import { createResolvers } from './resolvers.ts';

/** Starts the service that answers who the customers are. */
export async function startAccountsQuery(
  { log, port = 0, projectionLagMs = 0 }: ServiceOptions,
  signal: AbortSignal,
): Promise<RunningSubgraph> {
  const accounts = new AccountsView();
  const state = new Projection(log, projectionLagMs);
  await state.follow('accounts', (event) => accounts.apply(event), signal);
  const schemaFile = new URL('schema.graphql', import.meta.url);
  const resolvers = createResolvers(accounts);
  return serveSubgraph({ schemaFile, resolvers, port, state }, signal);
}
