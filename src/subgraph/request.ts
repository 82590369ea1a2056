import type { GraphQLRequest, SubgraphRequest } from '../context.ts';
import type { FetchRequest } from '../execute/fetch-document.ts';
import type { ForwardedHeaders } from './forwarded.ts';

/**
 * The request for a fetch. Its variables are read out of the text for those who look at them. (An
 * object literal with an accessor would take ten times as long to make.)
 */
class FetchCall implements SubgraphRequest {
  readonly subgraph: string;
  readonly kind: SubgraphRequest['kind'];
  readonly query: string;
  readonly operationName: string | undefined;
  readonly headers: SubgraphRequest['headers'];
  readonly client: GraphQLRequest;
  readonly tried: Set<string> | undefined;
  /** The body that is sent: GraphQL over HTTP, section 5.1. */
  readonly body: string;
  /** `headers` as text, without the request's own id. */
  readonly headersKey: string;
  readonly #fetch: FetchRequest;
  readonly #along: ForwardedHeaders;

  constructor(
    fetch: FetchRequest,
    along: ForwardedHeaders,
    client: GraphQLRequest,
    tried?: Set<string>,
  ) {
    const { subgraph, kind, document, variables } = fetch;
    this.subgraph = subgraph;
    this.kind = kind;
    this.query = document.text;
    this.operationName = document.operationName;
    this.headers = along.headers;
    this.client = client;
    this.tried = tried;
    const end = along.extensions === undefined ? '}' : `,"extensions":${along.extensions}}`;
    this.body = document.head + variables + end;
    this.headersKey = along.key;
    this.#fetch = fetch;
    this.#along = along;
  }

  get variables(): SubgraphRequest['variables'] {
    return JSON.parse(this.#fetch.variables);
  }

  get extensions(): SubgraphRequest['extensions'] {
    const { extensions } = this.#along;
    return extensions === undefined ? undefined : JSON.parse(extensions);
  }

  remembering(tried: Set<string>): FetchCall {
    return new FetchCall(this.#fetch, this.#along, this.client, tried);
  }
}

/** The request for a fetch, with what goes along. */
export function subgraphRequest(
  fetch: FetchRequest,
  along: ForwardedHeaders,
  client: GraphQLRequest,
): SubgraphRequest {
  return new FetchCall(fetch, along, client);
}

/** The same as a plain object, which somebody else may spread to change a part of it. */
export function plainRequest(request: SubgraphRequest): SubgraphRequest {
  const { subgraph, kind, query, operationName, variables, extensions, headers, client } = request;
  const plain = { subgraph, kind, query, operationName, variables, headers, client };
  return extensions === undefined ? plain : { ...plain, extensions };
}

/** The body that is sent: GraphQL over HTTP, section 5.1. */
export function requestBody(request: SubgraphRequest): string {
  if (request instanceof FetchCall) return request.body;
  const { query, operationName, variables, extensions } = request;
  return JSON.stringify({ query, operationName, variables, extensions });
}

/** The headers as text, but for the client's request id, under `idHeader`. */
export function headersKey(request: SubgraphRequest, idHeader: string): string {
  if (request instanceof FetchCall) return request.headersKey;
  return JSON.stringify({ ...request.headers, [idHeader]: undefined });
}

/** The same request, with a place to note which targets were tried. */
export function rememberingTargets(request: SubgraphRequest): SubgraphRequest {
  const tried = new Set<string>();
  return request instanceof FetchCall ? request.remembering(tried) : { ...request, tried };
}
