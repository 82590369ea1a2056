import type { GraphQLRequest, SubgraphRequest } from '../context.ts';
import type { FetchRequest } from '../execute/fetch-document.ts';
import type { ForwardedHeaders } from './forwarded.ts';

/**
 * Where a request keeps its body, and whose body it is: a layer's copy has changed what it says, so
 * its body is written anew. (A `WeakMap` of all requests would cost each collection dearly.)
 */
const prepared = Symbol('prepared');

interface Prepared extends SubgraphRequest {
  [prepared]?: {
    readonly request: SubgraphRequest;
    readonly body: string;
    readonly headersKey: string;
  };
}

/** The request for a fetch. Its variables are read out of the text for those who look at them. */
export function subgraphRequest(
  { subgraph, kind, document, variables }: FetchRequest,
  { headers, key: headersKey }: ForwardedHeaders,
  client: GraphQLRequest,
): SubgraphRequest {
  const request: Prepared = {
    subgraph,
    kind,
    query: document.text,
    operationName: document.operationName,
    get variables() {
      return JSON.parse(variables);
    },
    headers,
    client,
  };
  request[prepared] = { request, body: `${document.head}${variables}}`, headersKey };
  return request;
}

/** The body that is sent: GraphQL over HTTP, section 5.1. */
export function requestBody(request: SubgraphRequest): string {
  const own = preparedFor(request);
  if (own !== undefined) return own.body;
  const { query, operationName, variables } = request;
  return JSON.stringify({ query, operationName, variables });
}

/** All that is sent but for the client's request id, under `idHeader`: equal for equal requests. */
export function requestKey(request: SubgraphRequest, idHeader: string): string {
  const own = preparedFor(request);
  if (own !== undefined) return own.headersKey + own.body;
  return JSON.stringify({ ...request.headers, [idHeader]: undefined }) + requestBody(request);
}

function preparedFor(request: Prepared) {
  const own = request[prepared];
  return own?.request === request ? own : undefined;
}
