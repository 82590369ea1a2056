import type { GraphQLRequest, SubgraphRequest } from '../context.ts';
import type { FetchRequest } from '../execute/fetch-document.ts';

/** The bodies of requests that are as the executor made them: a layer's copy is written anew. */
const bodies = new WeakMap<SubgraphRequest, string>();

/** The request for a fetch. Its variables are read out of the text for those who look at them. */
export function subgraphRequest(
  { subgraph, kind, document, variables }: FetchRequest,
  headers: SubgraphRequest['headers'],
  client: GraphQLRequest,
): SubgraphRequest {
  const request: SubgraphRequest = {
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
  bodies.set(request, `${document.head}${variables}}`);
  return request;
}

/** The body that is sent: GraphQL over HTTP, section 5.1. */
export function requestBody(request: SubgraphRequest): string {
  const { query, operationName } = request;
  return (
    bodies.get(request) ?? JSON.stringify({ query, operationName, variables: request.variables })
  );
}
