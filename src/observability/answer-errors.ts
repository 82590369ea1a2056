import type { GraphQLError } from 'graphql';
import type { GraphQLRequest } from '../context.ts';
import { GatewayError, SubgraphError } from '../errors.ts';
import type { Metrics } from './metrics.ts';

/** Most errors of one answer that are logged one by one. */
const mostLogged = 20;
/** Longest message of one that is logged, in characters; clients read less of it. */
const longestLogged = 2_000;

/** Counts the errors of an answer, and logs them as they are: the client may read less. */
export function reportErrors(
  errors: readonly GraphQLError[],
  { log }: GraphQLRequest,
  metrics: Metrics,
): void {
  if (errors.length === 0) return;
  log.note({ errors: errors.length });
  for (const { originalError, extensions } of errors) {
    metrics.error(extensions['code'], subgraphOf(originalError));
  }
  for (const { message, path, extensions } of errors.slice(0, mostLogged)) {
    const error = { message: message.slice(0, longestLogged), path, extensions };
    log.warn({ error }, 'An error in the answer');
  }
}

/** The subgraph that an error is of: it reported it, or its call failed. */
function subgraphOf(error: unknown): string {
  if (error instanceof SubgraphError) return error.subgraph;
  const service = error instanceof GatewayError ? error.extensions['service'] : undefined;
  return typeof service === 'string' ? service : '';
}
