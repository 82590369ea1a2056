/** Whose fault a failure is: it labels the metrics and decides what a client may read. */
export type Fault = 'client' | 'subgraph' | 'gateway';

/**
 * Every failure a client can be told of. No other file picks a status.
 * The names are those that clients and tools of the field already know. `wellFormed` marks what is
 * wrong with a request that is right as HTTP: clients of `application/json` get it with 200
 * (GraphQL over HTTP, section 6.4.1).
 */
const failures = {
  BAD_REQUEST: { status: 400, fault: 'client' },
  CSRF_PREVENTION_FAILED: { status: 400, fault: 'client' },
  /** A credential that proves nothing, or none where one is wanted. */
  UNAUTHENTICATED: { status: 401, fault: 'client' },
  /** A caller who is known, and may not do this at all. */
  FORBIDDEN: { status: 403, fault: 'client' },
  NOT_FOUND: { status: 404, fault: 'client' },
  METHOD_NOT_ALLOWED: { status: 405, fault: 'client' },
  INVALID_ACCEPT_HEADER: { status: 406, fault: 'client' },
  REQUEST_TIMEOUT: { status: 408, fault: 'client' },
  PAYLOAD_TOO_LARGE: { status: 413, fault: 'client' },
  URI_TOO_LONG: { status: 414, fault: 'client' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, fault: 'client' },
  HEADERS_TOO_LARGE: { status: 431, fault: 'client' },
  /** The client left before the answer was ready; nobody reads this status but the log. */
  CLIENT_CLOSED_REQUEST: { status: 499, fault: 'client' },

  BATCHING_NOT_ENABLED: { status: 400, fault: 'client' },
  BATCH_LIMIT_EXCEEDED: { status: 400, fault: 'client' },
  GRAPHQL_PARSE_FAILED: { status: 400, fault: 'client', wellFormed: true },
  GRAPHQL_VALIDATION_FAILED: { status: 400, fault: 'client', wellFormed: true },
  OPERATION_RESOLUTION_FAILURE: { status: 400, fault: 'client', wellFormed: true },
  BAD_USER_INPUT: { status: 400, fault: 'client', wellFormed: true },
  INTROSPECTION_DISABLED: { status: 400, fault: 'client', wellFormed: true },
  MUTATION_NOT_ALLOWED_OVER_HTTP_GET: { status: 405, fault: 'client' },
  SUBSCRIPTIONS_TRANSPORT_NOT_SUPPORTED: { status: 406, fault: 'client' },
  /** Not within the time, memory, size or paths that a plan may take: another text may do. */
  QUERY_PLANNING_TIMEOUT: { status: 400, fault: 'client', wellFormed: true },
  QUERY_PLAN_TOO_LARGE: { status: 400, fault: 'client', wellFormed: true },
  /** An operation that is larger than the configuration allows, each limit with its own code. */
  TOKEN_LIMIT_EXCEEDED: { status: 400, fault: 'client', wellFormed: true },
  MAX_DEPTH_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  MAX_HEIGHT_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  MAX_ALIASES_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  MAX_ROOT_FIELDS_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  MAX_DIRECTIVES_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  MAX_SELECTIONS_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  MAX_FRAGMENTS_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  MAX_OPERATIONS_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  MAX_VARIABLES_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  MAX_OPERATION_NAME_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  MAX_INTROSPECTION_DEPTH_LIMIT: { status: 400, fault: 'client', wellFormed: true },
  COST_ESTIMATED_TOO_EXPENSIVE: { status: 400, fault: 'client', wellFormed: true },
  /** The size of a list cannot be told: none of the arguments that bound it, or several. */
  COST_INVALID_SLICING_ARGUMENTS: { status: 400, fault: 'client', wellFormed: true },
  /** Beside data: what one subgraph is asked costs too much, and the rest is answered. */
  SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE: { status: 400, fault: 'client', wellFormed: true },
  /** Beside data: the answer got larger than is allowed, and what is left of it is null. */
  RESPONSE_TOO_LARGE: { status: 400, fault: 'client', wellFormed: true },
  UNAUTHORIZED_FIELD_OR_TYPE: { status: 403, fault: 'client', wellFormed: true },
  /** 200, as Apollo's clients expect: they send the text again, and only then. */
  PERSISTED_QUERY_NOT_FOUND: { status: 200, fault: 'client' },
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 200, fault: 'client' },
  PERSISTED_QUERY_HASH_MISMATCH: { status: 400, fault: 'client' },
  /** Of trusted documents: an id that is not listed, or both an id and a text. */
  PERSISTED_QUERY_NOT_IN_LIST: { status: 404, fault: 'client' },
  CANNOT_SEND_PQ_ID_AND_BODY: { status: 400, fault: 'client' },
  /** A text, where only those that are listed are taken, or none at all. */
  QUERY_NOT_IN_SAFELIST: { status: 403, fault: 'client' },
  PERSISTED_QUERY_ID_REQUIRED: { status: 400, fault: 'client' },

  SUBREQUEST_HTTP_ERROR: { status: 502, fault: 'subgraph' },
  SUBREQUEST_MALFORMED_RESPONSE: { status: 502, fault: 'subgraph' },
  DOWNSTREAM_SERVICE_ERROR: { status: 502, fault: 'subgraph' },
  /** In place of errors that are too many to be told one by one. */
  TOO_MANY_ERRORS: { status: 502, fault: 'subgraph' },
  GATEWAY_TIMEOUT: { status: 504, fault: 'subgraph' },
  /** Not called at all, since too many calls failed before; `retryAfterMs` says when it may be. */
  SUBGRAPH_CIRCUIT_BREAKER_REJECTED: { status: 503, fault: 'subgraph' },
  /** As many calls as are allowed are under way, and as many wait. */
  SUBGRAPH_CONCURRENCY_LIMITED: { status: 503, fault: 'subgraph' },

  QUERY_PLANNING_FAILED: { status: 500, fault: 'gateway' },
  SERVICE_UNAVAILABLE: { status: 503, fault: 'gateway' },
  INTERNAL_SERVER_ERROR: { status: 500, fault: 'gateway' },
} as const satisfies Record<string, Failure>;

interface Failure {
  readonly status: number;
  readonly fault: Fault;
  readonly wellFormed?: boolean;
}

export type ErrorCode = keyof typeof failures;

/** True for a code of the table: others, such as a subgraph's own, are not ours to sort. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(failures, code);
}

export interface GatewayErrorOptions {
  /** What went wrong below. It is logged, never shown. */
  readonly cause?: unknown;
  /** What a client may read beside the code. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Headers that the specification wants on the reply, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The single errors, where one failure has several, such as those of a validation. */
  readonly details?: readonly ErrorDetail[];
}

/** One error of several, written for the client to read. */
export interface ErrorDetail {
  readonly message: string;
  /** Where it is not that of the failure as a whole. */
  readonly code?: ErrorCode;
  readonly locations?: readonly { readonly line: number; readonly column: number }[] | undefined;
  readonly path?: readonly (string | number)[] | undefined;
}

/** A failure with a code from the table. Its message is written for the client to read. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: readonly ErrorDetail[];

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.extensions = options.extensions ?? {};
    this.headers = options.headers ?? {};
    this.details = options.details ?? [];
  }

  get status(): number {
    return failures[this.code].status;
  }

  /** True when only the GraphQL of the request is wrong, not the HTTP round it. */
  get wellFormed(): boolean {
    const failure: Failure = failures[this.code];
    return failure.wellFormed === true;
  }

  get fault(): Fault {
    return failures[this.code].fault;
  }

  /** `thrown` itself when it is one of ours; otherwise an internal error that hides it. */
  static from(thrown: unknown): GatewayError {
    if (thrown instanceof GatewayError) return thrown;
    return new GatewayError('INTERNAL_SERVER_ERROR', 'Internal server error', { cause: thrown });
  }
}

/**
 * A failure in whose place the configuration takes null. It is told only where the schema allows no
 * null.
 */
export class ToleratedError extends GatewayError {
  constructor(failure: GatewayError) {
    const { code, message, extensions, cause = failure } = failure;
    super(code, message, { extensions, cause });
  }
}

/**
 * An error as a subgraph reported it. Its message is the subgraph's own: what a client may read
 * of it is decided where the reply is made.
 */
export class SubgraphError extends Error {
  override readonly name = 'SubgraphError';
  readonly subgraph: string;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(subgraph: string, message: string, extensions: Readonly<Record<string, unknown>>) {
    super(message);
    this.subgraph = subgraph;
    this.extensions = extensions;
  }
}

/** One thing that is wrong with what an operator or a subgraph team wrote, and where. */
export interface Problem {
  /** A stable name, such as `UNKNOWN_KEY` or `CQRS_QUERY_HAS_MUTATION`. */
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  /** Counted from 1, as editors do. */
  readonly line?: number;
  readonly column?: number;
}

/** What kept the gateway from starting; the command line turns it into its exit code. */
export type StartupFailure = 'configuration' | 'supergraph' | 'unreachable';

/** The gateway cannot start, or a command cannot do its work; `problems` says why, all at once. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  readonly failure: StartupFailure;
  readonly problems: readonly Problem[];

  constructor(failure: StartupFailure, problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(formatProblem).join('\n'), options);
    this.failure = failure;
    this.problems = problems;
  }
}

/** `file:line:column CODE message`, as compilers print it. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined);
  return [place.join(':'), problem.code, problem.message].filter((part) => part !== '').join(' ');
}
