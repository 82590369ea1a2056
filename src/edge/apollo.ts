import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { GraphQLRequest, Log, Reply } from '../context.ts';
import { GatewayError, SubgraphError } from '../errors.ts';

/** A plugin of `@apollo/server`; it sees every operation that passed Gatehouse's own checks. */
export type ApolloPlugin = ApolloServerPlugin<FrontContext>;

/** The `contextValue` that Apollo plugins find. */
export interface FrontContext {
  readonly request: GraphQLRequest;
  /** Plans and executes the operation. Apollo calls it where a server would run resolvers. */
  readonly execute: () => Promise<FrontExecution>;
}

export interface FrontExecution {
  /** As JSON. */
  readonly data: string;
  readonly errors: readonly GraphQLError[];
  readonly extensions: Readonly<Record<string, unknown>>;
  /** What the subgraphs' answers add to the reply's headers. */
  readonly headers: Reply['headers'];
}

export interface FrontOptions {
  readonly schema: GraphQLSchema;
  readonly supergraphSdl: string;
  /** Decides what a client may read of an error, after the plugins have seen it as it is. */
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  readonly plugins: readonly ApolloPlugin[];
  readonly log: Log;
}

/** A document that was checked. */
export interface FrontDocument {
  readonly text: string;
  /** SHA-256 of `text`, in hexadecimal digits. */
  readonly hash: string;
  readonly ast: DocumentNode;
}

/** What Apollo and its plugins made of an operation. */
export interface FrontAnswer {
  /** As JSON; undefined when the operation was not executed. */
  readonly data: string | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** A plugin's own choice, if there is one. */
  readonly status: number | undefined;
  readonly headers: Reply['headers'];
}

/** One generation's Apollo Server: it hosts the plugins and hands each operation to its executor. */
export class ApolloFront implements AsyncDisposable {
  readonly #server: ApolloServer<FrontContext>;
  readonly #options: FrontOptions;
  readonly #asts: Asts;

  private constructor(server: ApolloServer<FrontContext>, options: FrontOptions, asts: Asts) {
    this.#server = server;
    this.#options = options;
    this.#asts = asts;
  }

  static async start(options: FrontOptions): Promise<ApolloFront> {
    const asts = new Asts();
    const server = new ApolloServer<FrontContext>(serverOptions(options, asts));
    await server.start();
    return new ApolloFront(server, options, asts);
  }

  /** Runs a document that was checked past the plugins, if there are any, and through `execute`. */
  run(
    request: GraphQLRequest,
    document: FrontDocument,
    execute: FrontContext['execute'],
  ): Promise<FrontAnswer> {
    return this.#options.plugins.length === 0
      ? this.#runAlone(execute)
      : this.#runPastPlugins(request, document, execute);
  }

  /** Where nobody looks on, Apollo's part is what is left of it: what a client reads of errors. */
  async #runAlone(execute: FrontContext['execute']): Promise<FrontAnswer> {
    const { data, errors, extensions, headers } = await execute();
    const { formatError } = this.#options;
    return {
      data,
      errors: errors.map((error) => formatError(error.toJSON(), error)),
      extensions: Object.keys(extensions).length > 0 ? extensions : undefined,
      status: undefined,
      headers,
    };
  }

  async #runPastPlugins(
    request: GraphQLRequest,
    { text, hash, ast }: FrontDocument,
    execute: FrontContext['execute'],
  ): Promise<FrontAnswer> {
    using _ast = this.#asts.lend(hash, ast);
    const { persistedQuery: _hash, ...extensions } = request.extensions ?? {};
    const operation = {
      query: text,
      ...(request.operationName !== undefined && { operationName: request.operationName }),
      variables: { ...request.variables },
      extensions,
      http: { method: request.method, headers: headerMap(request), search: '', body: undefined },
    };
    const execution = new Execution(execute);
    const contextValue: FrontContext = { request, execute: () => execution.run() };
    const { body, http } = await this.#server.executeOperation(operation, { contextValue });
    if (execution.failure !== undefined) throw execution.failure;
    if (body.kind !== 'single') throw new TypeError('Incremental results are not served here');
    const { data, ...rest } = body.singleResult;
    const headers = { ...execution.headers, ...Object.fromEntries(http.headers) };
    const written = data === undefined ? undefined : JSON.stringify(data);
    return { ...rest, data: written, status: http.status, headers };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
  }
}

/** The documents that Apollo is at work on, which it asks for by the SHA-256 of their text. */
class Asts {
  readonly #lent = new Map<string, { readonly ast: DocumentNode; loans: number }>();

  lend(hash: string, ast: DocumentNode): Disposable {
    const lent = this.#lent.get(hash) ?? { ast, loans: 0 };
    lent.loans += 1;
    this.#lent.set(hash, lent);
    const giveBack = (): void => {
      lent.loans -= 1;
      if (lent.loans === 0) this.#lent.delete(hash);
    };
    return { [Symbol.dispose]: giveBack };
  }

  get(hash: string): DocumentNode | undefined {
    return this.#lent.get(hash)?.ast;
  }
}

/** Keeps what Apollo does not carry: the failure as it is, and the headers of the subgraphs. */
class Execution {
  readonly #execute: FrontContext['execute'];
  /** Why there is no result; to be thrown once the plugins have seen it. */
  failure: GatewayError | undefined;
  headers: Reply['headers'] = {};

  constructor(execute: FrontContext['execute']) {
    this.#execute = execute;
  }

  async run(): Promise<FrontExecution> {
    try {
      const execution = await this.#execute();
      this.headers = execution.headers;
      return execution;
    } catch (thrown) {
      this.failure = GatewayError.from(thrown);
      throw thrown;
    }
  }
}

function serverOptions(
  options: FrontOptions,
  asts: Asts,
): ApolloServerOptionsWithGateway<FrontContext> {
  return {
    gateway: gatewayOf(options),
    plugins: [...quiet, ...options.plugins, unforeseen],
    formatError: options.formatError,
    logger: loggerOf(options.log),
    // All of these were seen to before an operation comes here.
    dangerouslyDisableValidation: true,
    introspection: true,
    csrfPrevention: false,
    persistedQueries: false,
    documentStore: {
      // Apollo puts a name of the schema before the hash.
      get: async (key) => asts.get(key.slice(key.lastIndexOf(':') + 1)),
      set: async () => {},
      delete: async () => {},
    },
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
  };
}

/** What Apollo Server would add by itself; with `APOLLO_KEY` set, it would report operations. */
const quiet: readonly ApolloPlugin[] = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

/** Logs what a plugin threw and no client will read: failures of our own are logged elsewhere. */
const unforeseen: ApolloPlugin = {
  requestDidStart: async () => ({
    async didEncounterErrors({ errors, contextValue }) {
      for (const { originalError } of errors) {
        if (originalError == null || isForeseen(originalError)) continue;
        contextValue.request.log.error({ err: originalError }, 'A plugin failed');
      }
    },
  }),
};

function isForeseen(error: Error): boolean {
  const foreseen = [GraphQLError, GatewayError, SubgraphError];
  return foreseen.some((kind) => error instanceof kind);
}

/** The schema never changes under a server: each generation has its own. */
function gatewayOf({
  schema,
  supergraphSdl,
}: FrontOptions): ApolloServerOptionsWithGateway<FrontContext>['gateway'] {
  return {
    onSchemaLoadOrUpdate(callback) {
      unprinted(schema, () => {
        callback({ apiSchema: schema, coreSupergraphSdl: supergraphSdl });
      });
      return () => {};
    },
    load: async () => ({
      executor: async ({ context }) => {
        const { data, errors, extensions } = await (context as unknown as FrontContext).execute();
        return {
          data: JSON.parse(data),
          ...(errors.length > 0 && { errors: errors.map(withoutHttp) }),
          ...(Object.keys(extensions).length > 0 && { extensions }),
        };
      },
    }),
    stop: async () => {},
  };
}

/**
 * Does `load` while `schema` seems to have no types: Apollo prints it for a key that nothing here
 * reads, and with thousands of types that would hold up every request.
 */
function unprinted(schema: GraphQLSchema, load: () => void): void {
  Object.defineProperty(schema, 'getTypeMap', { value: () => ({}), configurable: true });
  try {
    load();
  } finally {
    Reflect.deleteProperty(schema, 'getTypeMap');
  }
}

/**
 * Apollo takes `extensions.http` of an error for the head of the reply. What a subgraph says of its
 * own head is none of the client's; the error as it was stays the original.
 */
function withoutHttp(error: GraphQLError): GraphQLError {
  if (!('http' in error.extensions)) return error;
  const { http: _, ...extensions } = error.extensions;
  const { message, path, originalError } = error;
  return new GraphQLError(message, { path, originalError, extensions });
}

function headerMap({ headers }: GraphQLRequest): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

function loggerOf(log: Log) {
  return {
    debug: (message?: unknown) => log.debug({}, String(message)),
    info: (message?: unknown) => log.info({}, String(message)),
    warn: (message?: unknown) => log.warn({}, String(message)),
    error: (message?: unknown) => log.error({}, String(message)),
  };
}
