import type { ServiceOptions } from '../common/service.ts';
import { Projection } from '../events/projection.ts';
import { type RunningSubgraph, serveSubgraph } from '../serve.ts';
import { createResolvers } from './resolvers.ts';
import { OrdersState } from './state.ts';

/** Starts the service that takes the commands on orders. */
export async function startOrdersCommand(
  { log, port = 0, now = () => new Date() }: ServiceOptions,
  signal: AbortSignal,
): Promise<RunningSubgraph> {
  const orders = new OrdersState();
  // Decisions rest on everything that was recorded: a command service never lags.
  const state = new Projection(log, 0);
  await state.follow('accounts', (event) => orders.applyAccounts(event), signal);
  await state.follow('catalog', (event) => orders.applyCatalog(event), signal);
  await state.follow('orders', (event) => orders.applyOrders(event), signal);
  const schemaFile = new URL('schema.graphql', import.meta.url);
  const resolvers = createResolvers(orders, log, now);
  return serveSubgraph({ schemaFile, resolvers, port, state }, signal);
}
