import { startAccountsQuery } from './accounts-query/server.ts';
import { startCatalogCommand } from './catalog-command/server.ts';
import { startCatalogQuery } from './catalog-query/server.ts';
import type { ServiceOptions } from './common/service.ts';
import { startOrdersCommand } from './orders-command/server.ts';
import { startOrdersQuery } from './orders-query/server.ts';
import { startReviewsCommand } from './reviews-command/server.ts';
import { startReviewsQuery } from './reviews-query/server.ts';
import type { RunningSubgraph } from './serve.ts';

/** `query` services answer from what they projected; `command` services decide and record. */
export type Role = 'query' | 'command';

interface Service {
  readonly role: Role;
  /** Where it listens in the demo; `schema/supergraph.yaml` says the same. */
  readonly port: number;
  readonly start: (options: ServiceOptions, signal: AbortSignal) => Promise<RunningSubgraph>;
}

/** Every subgraph of the demo. */
export const services = {
  'catalog-query': { role: 'query', port: 4101, start: startCatalogQuery },
  'catalog-command': { role: 'command', port: 4102, start: startCatalogCommand },
  'orders-query': { role: 'query', port: 4103, start: startOrdersQuery },
  'orders-command': { role: 'command', port: 4104, start: startOrdersCommand },
  'accounts-query': { role: 'query', port: 4105, start: startAccountsQuery },
  'reviews-query': { role: 'query', port: 4106, start: startReviewsQuery },
  'reviews-command': { role: 'command', port: 4107, start: startReviewsCommand },
} as const satisfies Readonly<Record<string, Service>>;

/** The names that the supergraph knows the subgraphs by. */
export type SubgraphName = keyof typeof services;

/** Where the REST service listens in the demo. */
export const shippingPort = 4110;
