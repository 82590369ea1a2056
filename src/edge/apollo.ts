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
  type FormattedExecutionResult,
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
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly GraphQLError[];
  readonly extensions: Readonly<Record<string, unknown>>;
  /** What the subgraphs' answers add to the reply's headers. */
  readonly headers: Reply['headers'];
}

export interface FrontOptions {
  readonly schema: GraphQLSchema;
  readonly supergraphSdl: string;
  /** Finds a document that was checked already by the SHA-256 of its text. */
  readonly documentOf: (hash: string) => DocumentNode | undefined;
  /** Decides what a client may read of an error, after the plugins have seen it as it is. */
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  readonly plugins: readonly ApolloPlugin[];
  readonly log: Log;
}

/** What Apollo and its plugins made of an operation. */
export interface FrontAnswer {
  readonly result: FormattedExecutionResult;
  /** A plugin's own choice, if there is one. */
  readonly status: number | undefined;
  readonly headers: Reply['headers'];
}

/** One generation's Apollo Server: it hosts the plugins and hands each operation to its executor. */
export class ApolloFront implements AsyncDisposable {
  readonly #server: ApolloServer<FrontContext>;

  private constructor(server: ApolloServer<FrontContext>) {
    this.#server = server;
  }

  static async start(options: FrontOptions): Promise<ApolloFront> {
    const server = new ApolloServer<FrontContext>(serverOptions(options));
    await server.start();
    return new ApolloFront(server);
  }

  /** Runs `text`, which must have been checked, past the plugins and through `execute`. */
  async run(
    request: GraphQLRequest,
    text: string,
    execute: FrontContext['execute'],
  ): Promise<FrontAnswer> {
    const { persistedQuery: _, ...extensions } = request.extensions ?? {};
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
    const headers = { ...execution.headers, ...Object.fromEntries(http.headers) };
    return { result: body.singleResult, status: http.status, headers };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
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

function serverOptions(options: FrontOptions): ApolloServerOptionsWithGateway<FrontContext> {
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
      get: async (key) => options.documentOf(key.slice(key.lastIndexOf(':') + 1)),
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
          data,
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
