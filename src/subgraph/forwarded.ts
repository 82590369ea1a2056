import type { GraphQLRequest } from '../context.ts';
import type { RequestHeaderRule } from './header-options.ts';
import { requestHeaders, type SentHeaders } from './headers.ts';
import type { IdentityHeaders } from './identity-headers.ts';

/** What goes along with the calls to a subgraph. */
export interface ForwardedHeaders {
  /** With the id of the request. */
  readonly headers: SentHeaders;
  /** The same as text, without the id, which does not tell callers apart. */
  readonly key: string;
}

/** What goes to subgraphs of one request's headers: read once for all that have the same rules. */
export class Forwarded {
  readonly #request: GraphQLRequest;
  readonly #idHeader: string;
  readonly #identity: IdentityHeaders;
  readonly #known: (ForwardedHeaders & { readonly rules: readonly RequestHeaderRule[] })[] = [];

  /** `idHeader` comes last: no rule replaces it by one that a client made up. */
  constructor(request: GraphQLRequest, idHeader: string, identity: IdentityHeaders) {
    this.#request = request;
    this.#idHeader = idHeader;
    this.#identity = identity;
  }

  by(rules: readonly RequestHeaderRule[]): ForwardedHeaders {
    for (const known of this.#known) if (known.rules === rules) return known;
    const { id } = this.#request;
    const sent = requestHeaders(rules, this.#request, this.#identity);
    const key = rules.length === 0 ? '' : JSON.stringify({ ...sent, [this.#idHeader]: undefined });
    const read = { rules, key, headers: { ...sent, [this.#idHeader]: id } };
    this.#known.push(read);
    return read;
  }
}
