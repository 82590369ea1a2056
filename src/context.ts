import type { IncomingHttpHeaders } from 'node:http';

/** The part of the log that travels with a request: every line carries its request id. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The log of one request. */
export interface RequestLog extends Log {
  /** Adds to the one line that is written when the request has ended. */
  note(fields: object): void;
}

/** What a client reads: GraphQL over HTTP, section 4.2. */
export type MediaType = 'application/graphql-response+json' | 'application/json';

/** Who calls, as far as it is proved. */
export interface Caller {
  /** The configured name of the scheme that proved it; undefined where an extension did. */
  readonly scheme?: string;
  /** `sub`, a user name, a key's name, a certificate's subject. */
  readonly subject?: string;
  readonly issuer?: string;
  /** By claim `scope` (text parted by spaces, or a list), else `scp`. */
  readonly scopes?: readonly string[];
  readonly roles?: readonly string[];
  /** What a token or another proof says of the caller, by claim name. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch; none for proofs that do not end. */
  readonly expiresAtMs?: number;
  /** Where a session's cookie proves it: browsers send that by themselves, whoever made them. */
  readonly cookie?: CookieProof;
}

/** What shows that a request with a cookie is of a page that its user looks at. */
export interface CookieProof {
  /** The cookie, which nobody behind the gateway has any use for. */
  readonly name: string;
  /** Whether this is the token that only such a page could read. */
  accepts(csrfToken: string): boolean;
}

/** The certificate that a client has shown when it connected. */
export interface ClientCertificate {
  /** X.509, in DER. */
  readonly raw: Uint8Array;
  /** Why none of the authorities vouches for it; undefined where one does. */
  readonly problem?: string;
}

/** A client's TLS connection: the same object for all requests that come over it. */
export interface ClientConnection {
  /** Undefined where the client has shown none, or was not asked for one. */
  readonly certificate: ClientCertificate | undefined;
}

/** What a client brings along that may prove who calls, whatever it asks for. */
export interface Presented {
  /** The client's headers; names are in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were sent: `headers` has but the first `Authorization`. */
  readonly rawHeaders?: readonly string[];
  /** The request target as it was sent: a path and, behind `?`, a query. */
  readonly url?: string;
  /** The IP address at the other end of the connection: a proxy's, where there is one. */
  readonly clientAddress: string;
  /** The client's TLS connection; undefined without TLS. */
  readonly connection?: ClientConnection | undefined;
  readonly log: RequestLog;
}

/** One operation as a client asked for it, in whatever shape it came over the wire. */
export interface GraphQLRequest extends Presented {
  /** Under this id the request is logged, here and at the subgraphs. */
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** Missing for a caller who proved nothing. */
  readonly caller?: Caller;
  readonly query: string | undefined;
  /** The id of a document that is known beforehand, in place of `query`. */
  readonly documentId?: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  /** The media type of the reply, chosen from `Accept`. */
  readonly mediaType: MediaType;
  /**
   * True when the client named `application/json` alone: then each well-formed request is
   * answered with 200, whatever became of it (GraphQL over HTTP, section 6.4.1).
   */
  readonly alwaysOk: boolean;
  /** How many operations came along in the same HTTP request. Default 1: they share some bounds. */
  readonly batchSize?: number;
}

/** What goes back to the client. */
export interface Reply {
  readonly status: number;
  /** Names in lower case; several values become several header lines. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

/** One operation for one subgraph. */
export interface SubgraphRequest {
  readonly subgraph: string;
  readonly kind: 'query' | 'mutation';
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What the request says beside the operation; none unless the configuration wants it. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** What is sent beside the protocol's own headers; names are in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** The client's request that this one serves. */
  readonly client: GraphQLRequest;
  /**
   * The targets that were tried for it already, by their ids, where there are several: a further
   * attempt is made at another one.
   */
  readonly tried?: Set<string> | undefined;
}

/** An error as a subgraph wrote it. */
export interface SubgraphErrorBody {
  readonly message: string;
  readonly path: readonly (string | number)[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** A subgraph's answer, checked: it is a GraphQL response, not just any JSON. */
export interface SubgraphAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly data: Readonly<Record<string, unknown>> | null;
  /** True where no text in `data` has a character that JSON escapes, so none needs to be sought. */
  readonly isPlain?: boolean;
  readonly errors: readonly SubgraphErrorBody[];
  readonly extensions: Readonly<Record<string, unknown>>;
}
