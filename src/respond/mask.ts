import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { GatewayError, SubgraphError } from '../errors.ts';
import { type ErrorOptions, errorVisibility } from './options.ts';

type Extensions = Record<string, unknown>;

/** Decides what a client may read of an error, given as it would be shown and as it is. */
export type Mask = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * The one place that decides. Our own errors are written for clients. Of a subgraph's, the
 * message is shown where the configuration exposes it, and of its extensions those that are
 * listed. Whatever else was thrown is an internal error, and nothing of it is shown.
 */
export function createMask(options: ErrorOptions): Mask {
  return (formatted, error) => {
    const original = error instanceof GraphQLError ? (error.originalError ?? error) : error;
    if (original instanceof SubgraphError) return maskSubgraph(formatted, original, options);
    if (original instanceof GatewayError) return shown(formatted, original, options);
    // A plugin's own GraphQLError was written to be read.
    if (original instanceof GraphQLError) return formatted;
    return { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  };
}

function maskSubgraph(
  formatted: GraphQLFormattedError,
  error: SubgraphError,
  options: ErrorOptions,
): GraphQLFormattedError {
  const kept = options.extensions.filter((key) => Object.hasOwn(error.extensions, key));
  const extensions: Extensions = Object.fromEntries(
    kept.map((key) => [key, error.extensions[key]]),
  );
  const hasCode = options.extensions.includes('code');
  extensions['code'] = hasCode ? formatted.extensions?.['code'] : 'DOWNSTREAM_SERVICE_ERROR';
  if (options.service) extensions['service'] = error.subgraph;
  const exposed = errorVisibility(error.subgraph, options) === 'exposed';
  const message = exposed ? error.message : options.maskedMessage;
  return withPath(message, formatted, extensions);
}

function shown(
  formatted: GraphQLFormattedError,
  error: GatewayError,
  options: ErrorOptions,
): GraphQLFormattedError {
  const { service, ...others } = error.extensions;
  const named = options.service && service !== undefined ? { service } : {};
  return withPath(error.message, formatted, { ...others, code: error.code, ...named });
}

/** Locations in a subgraph's document mean nothing to the client, so they are never passed on. */
function withPath(
  message: string,
  { path }: GraphQLFormattedError,
  extensions: Extensions,
): GraphQLFormattedError {
  return { message: cut(message), ...(path !== undefined && { path }), extensions };
}

/** Longest message that is sent, in characters: what a client wrote comes back in some of them. */
const longestMessage = 500;

/** `message`, or its beginning. */
export function cut(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage)}…`;
}
