import { callerClaims, selectedClaims } from '../auth/identity-tokens/identity-tokens.ts';
import type { Caller, GraphQLRequest } from '../context.ts';
import type { RequestHeaderRule } from './header-options.ts';
import { requestHeaders, type SentHeaders } from './headers.ts';
import type { IdentityHeaders } from './identity-headers.ts';
import type { IdentityOptions } from './identity-options.ts';

/** What goes along with the calls to a subgraph. */
export interface ForwardedHeaders {
  /** With the id of the request. */
  readonly headers: SentHeaders;
  /** All of it as text, without the id, which does not tell callers apart. */
  readonly key: string;
  /** `extensions` of the request, as JSON; undefined for none. */
  readonly extensions?: string | undefined;
}

/** How a subgraph is told of a client's request. */
export interface ForwardingRules {
  readonly headers: { readonly request: readonly RequestHeaderRule[] };
  readonly identity?: IdentityOptions | undefined;
}

interface Known extends ForwardedHeaders {
  readonly rules: readonly RequestHeaderRule[];
  readonly identity: IdentityOptions | undefined;
}

/** What goes to subgraphs of one request: read once for all that have the same rules. */
export class Forwarded {
  readonly #request: GraphQLRequest;
  readonly #idHeader: string;
  readonly #identityHeaders: IdentityHeaders;
  #known: readonly Known[] = [];

  /** `idHeader` comes last: no rule replaces it by one that a client made up. */
  constructor(request: GraphQLRequest, idHeader: string, identityHeaders: IdentityHeaders) {
    this.#request = request;
    this.#idHeader = idHeader;
    this.#identityHeaders = identityHeaders;
  }

  by({ headers: { request: rules }, identity }: ForwardingRules): ForwardedHeaders {
    for (const known of this.#known) {
      if (known.rules === rules && known.identity === identity) return known;
    }
    const { id, caller } = this.#request;
    const sent = requestHeaders(rules, this.#request, this.#identityHeaders);
    const own = rules.length === 0 ? '' : JSON.stringify({ ...sent, [this.#idHeader]: undefined });
    const extensions = caller && identity?.extensions && extensionsOf(caller, identity.extensions);
    const key = identity === undefined ? own : own + identityKey(caller, identity, extensions);
    const headers = { ...sent, [this.#idHeader]: id };
    const read = { rules, identity, key, headers, extensions };
    this.#known = [...this.#known, read];
    return read;
  }
}

function extensionsOf(caller: Caller, { claims }: { readonly claims: readonly string[] }): string {
  return JSON.stringify({ gatehouse: { caller: selectedClaims(caller, claims) } });
}

/** What is told of the caller, whatever the text of a token is just now. */
function identityKey(
  caller: Caller | undefined,
  { token }: IdentityOptions,
  extensions: string | undefined,
): string {
  const claims = caller && token && callerClaims(caller, token.claims);
  return JSON.stringify([extensions ?? null, claims ?? null]);
}
