import { HttpClient } from './clients/http.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { GraphQLRequest, Reply } from './context.ts';
import { AdminListener, type Readiness } from './edge/admin.ts';
import type { ApolloPlugin } from './edge/apollo.ts';
import { graphiqlPage, type Sample } from './edge/graphiql.ts';
import { graphqlOverHttp } from './edge/graphql-http.ts';
import { Listener } from './edge/listener.ts';
import { routeTable } from './edge/routes.ts';
import { GatewayError, StartupError } from './errors.ts';
import { buildGeneration, type Generation } from './generation.ts';
import { type Layer, layered } from './lib/call.ts';
import { Disposer } from './lib/disposer.ts';
import { AccessLog } from './observability/access-log.ts';
import { createLog, type Logger } from './observability/log.ts';
import { Metrics } from './observability/metrics.ts';
import { createPipeline } from './pipeline.ts';
import { failureReply } from './respond/reply.ts';
import { pipelineSteps } from './steps.ts';
import { Generations } from './supergraph/generations.ts';
import { postThrough } from './supergraph/sources/ask-sdl.ts';
import { composeSource } from './supergraph/sources/compose.ts';
import { fileSource } from './supergraph/sources/file.ts';
import type { SupergraphSource } from './supergraph/sources/source.ts';
import type { SubgraphLayer } from './upstream.ts';

/** What `createGateway` is given. */
export interface GatewayOptions {
  /** As `loadConfig` gives it. */
  readonly config: GatewayConfig;
  /** Code of your own round two points of a request; `layers[0]` is outermost. */
  readonly layers?: {
    /** Round each operation: it sees a request that is right as HTTP, and the reply. */
    readonly request?: readonly Layer<GraphQLRequest, Reply>[];
    /** Round each subgraph call: it sees what is sent, and the checked answer. */
    readonly subgraph?: readonly SubgraphLayer[];
  };
  /** Plugins of `@apollo/server`. They see each operation that passed the checks. */
  readonly apolloPlugins?: readonly ApolloPlugin[];
  /** Operations that GraphiQL opens with. */
  readonly samples?: readonly Sample[];
  /** Fills in `${env.NAME}` in a `supergraph.yaml`; nothing by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the log goes; standard output by default. */
  readonly logTo?: { write(line: string): void };
  /** Ends the start while it waits for subgraphs. */
  readonly signal?: AbortSignal;
}

/** A gateway that answers. Disposing it lets requests in flight end. */
export interface Gateway extends AsyncDisposable {
  /** Where operations are sent. */
  readonly url: string;
  /** Where health and metrics are. */
  readonly adminUrl: string;
}

/** How long a subgraph may take to tell its schema at the start, in milliseconds. */
const askingTimeoutMs = 10_000;

/** Builds every room from the options, wires them, and listens; throws a `StartupError`. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const disposer = new Disposer();
  try {
    return await start(options, disposer);
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}

async function start(options: GatewayOptions, disposer: Disposer): Promise<Gateway> {
  const { config, layers } = options;
  const log = createLog(config.observability.log.level, options.logTo);
  const metrics = new Metrics();
  let status: Readiness['status'] = 'starting';
  const admin = disposer.use(
    new AdminListener({
      readiness: () => ({ status }),
      metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    }),
  );
  await startAdmin(admin, config, log);
  const life = new AbortController();
  let ending: NodeJS.Timeout | undefined;
  disposer.defer(() => clearTimeout(ending));
  const generations = disposer.use(new Generations(await firstGeneration(options, metrics, log)));
  const steps = pipelineSteps({ config, generations, metrics, lifetime: life.signal });
  const run = layered(createPipeline<Generation>(steps), layers?.request ?? []);

  const { server, graphql, observability } = config;
  const access = new AccessLog(log, metrics, observability.requestId);
  const open = access.open.bind(access);
  const handler = graphqlOverHttp({
    options: { ...graphql, limits: server.limits },
    run,
    fail: failureReply,
    open,
    ...(graphql.graphiql && { landingPage: () => graphiql(graphql.path, options.samples) }),
  });
  const routes = routeTable([{ path: graphql.path, handler }]);
  const listener = disposer.use(
    new Listener({ options: server, routes, fail: failureReply, log, open }),
  );
  await listener.start();
  disposer.defer(() => {
    status = 'draining';
    // A mutation whose client has left is no connection to wait for, but has the same time.
    ending = setTimeout(() => life.abort(shuttingDown()), server.shutdown.drain);
  });
  status = 'ready';

  const url = `http://${hostOf(server.listen[0]?.host)}:${listener.ports[0]}${graphql.path}`;
  const adminUrl = `http://${hostOf(server.admin.host)}:${admin.port}`;
  log.info({ url, adminUrl }, 'ready');
  return { url, adminUrl, [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose]() };
}

function shuttingDown(): GatewayError {
  return new GatewayError('SERVICE_UNAVAILABLE', 'The gateway is shutting down');
}

async function firstGeneration(
  options: GatewayOptions,
  metrics: Metrics,
  log: Logger,
): Promise<Generation> {
  await using asking = new HttpClient({
    connections: 1,
    keepAliveMs: 1_000,
    connectTimeoutMs: askingTimeoutMs,
    maxBodyBytes: 50_000_000,
  });
  const source = supergraphSource(options, asking);
  const { sdl, warnings } = await source.load(options.signal ?? new AbortController().signal);
  for (const { message, ...problem } of warnings) log.warn(problem, message);
  return buildGeneration(sdl, {
    config: options.config,
    subgraphLayers: options.layers?.subgraph ?? [],
    apolloPlugins: options.apolloPlugins ?? [],
    metrics,
    log,
  });
}

function supergraphSource({ config, env }: GatewayOptions, client: HttpClient): SupergraphSource {
  const { supergraph } = config.graphql;
  if (supergraph === undefined) {
    const message = 'No supergraph is named: set graphql.supergraph, or give --supergraph FILE';
    throw new StartupError('configuration', [{ code: 'MISSING_KEY', message }]);
  }
  if ('file' in supergraph) return fileSource(supergraph.file);
  return composeSource({
    file: supergraph.compose,
    lastGood: supergraph.lastGood,
    environment: env ?? {},
    timeoutMs: askingTimeoutMs,
    post: postThrough(client),
  });
}

/** Without a port of its own, the admin listener takes the one above the first, or any free one. */
async function startAdmin(
  admin: AdminListener,
  { server }: GatewayConfig,
  log: Logger,
): Promise<void> {
  const { host, port } = server.admin;
  if (port !== undefined) return admin.start({ host, port });
  const dataPort = server.listen[0]?.port ?? 0;
  const wanted = dataPort === 0 || dataPort === 65_535 ? 0 : dataPort + 1;
  try {
    await admin.start({ host, port: wanted });
  } catch (failure) {
    if (!(failure instanceof StartupError) || wanted === 0) throw failure;
    log.warn({ port: wanted }, 'The admin port is in use: a free one is taken instead');
    await admin.start({ host, port: 0 });
  }
}

function graphiql(endpoint: string, samples: readonly Sample[] = []): Promise<string> {
  return graphiqlPage({ endpoint, title: 'Gatehouse', samples });
}

/** A name that a browser can open: a wildcard address is this machine. */
function hostOf(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
