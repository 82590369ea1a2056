import type { IncomingHttpHeaders } from 'node:http';
import type { GraphQLRequest } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { persistedIdOf } from '../persisted-queries.ts';

/** The id by which a request asks for a document: `documentId`, or that of `persistedQuery`. */
export function documentIdOf(request: GraphQLRequest): string | undefined {
  const persisted = persistedIdOf(request);
  const { documentId = persisted } = request;
  if (persisted === undefined || documentId === persisted) return documentId;
  const message = 'documentId and persistedQuery.sha256Hash are not the same';
  throw new GatewayError('BAD_REQUEST', message);
}

/** The name that a client has given itself: nothing proves it. */
export function clientNameOf(headers: IncomingHttpHeaders): string | undefined {
  const name = headers['apollographql-client-name'] ?? headers['graphql-client-name'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}
