import type { ConfigurationSource } from './config/configuration-file.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { GraphQLRequest, Reply } from './context.ts';
import { AdminListener, type Readiness } from './edge/admin.ts';
import type { ApolloPlugin } from './edge/apollo.ts';
import { graphiqlPage, type Sample } from './edge/graphiql.ts';
import { graphqlOverHttp } from './edge/graphql-http.ts';
import { Listener } from './edge/listener.ts';
import { routeTable } from './edge/routes.ts';
import { GatewayError, StartupError } from './errors.ts';
import { firstGeneration } from './first-generation.ts';
import { buildGeneration, type Generation, warmGeneration } from './generation.ts';
import { type Layer, layered } from './lib/call.ts';
import { Disposer } from './lib/disposer.ts';
import { AccessLog } from './observability/access-log.ts';
import { createLog, type Logger } from './observability/log.ts';
import { Metrics } from './observability/metrics.ts';
import { ReloadReports } from './observability/reload-reports.ts';
import { createPipeline } from './pipeline.ts';
import type { DecideLabel } from './plan/overrides/active-labels.ts';
import { hashOf, type ReloadReport, Reloads } from './reload.ts';
import { failureReply } from './respond/reply.ts';
import { pipelineSteps } from './steps.ts';
import { Generations } from './supergraph/generations.ts';
import { openSource } from './supergraph-sources.ts';
import type { SubgraphLayer } from './upstream.ts';

/** What `createGateway` is given. */
export interface GatewayOptions {
  /** As `loadConfig` gives it. */
  readonly config: GatewayConfig;
  /** Where `config` is read again, when it changes and upon `reload()`; nowhere by default. */
  readonly configuration?: ConfigurationSource;
  /** Code of your own round two points of a request; `layers[0]` is outermost. */
  readonly layers?: {
    /** Round each operation: it sees a request that is right as HTTP, and the reply. */
    readonly request?: readonly Layer<GraphQLRequest, Reply>[];
    /** Round each subgraph call: it sees what is sent, and the checked answer. */
    readonly subgraph?: readonly SubgraphLayer[];
  };
  /** Plugins of `@apollo/server`. They see each operation that passed the checks. */
  readonly apolloPlugins?: readonly ApolloPlugin[];
  /**
   * Decides whether a label of `@override(label:)` is active for a request. Undefined leaves it to
   * the configuration, as all is by default.
   */
  readonly overrideLabel?: DecideLabel;
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
  /**
   * Reads the supergraph again, and the configuration too: `config` where it is given, else that
   * of `GatewayOptions.configuration`. What is good is served from then on, and no connection is
   * dropped; of what is not, nothing is applied. Rejects only once the gateway ends.
   */
  reload(config?: GatewayConfig): Promise<ReloadReport>;
}

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

/** What every configuration of one gateway is served with. */
interface House {
  readonly options: GatewayOptions;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly generations: Generations<Generation>;
  readonly lifetime: AbortSignal;
}

async function start(options: GatewayOptions, disposer: Disposer): Promise<Gateway> {
  const { config } = options;
  const log = createLog(config.observability.log.level, options.logTo);
  const metrics = new Metrics();
  const reports = new ReloadReports(log, metrics.reloads);
  let status: Readiness['status'] = 'starting';
  const admin = disposer.use(
    new AdminListener({
      readiness: () => ({ status, ...reports.state }),
      metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    }),
  );
  await startAdmin(admin, config, log);
  const life = new AbortController();
  let ending: NodeJS.Timeout | undefined;
  disposer.defer(() => clearTimeout(ending));

  const building = { options, log, metrics };
  const open = (wanted: GatewayConfig) => openSource(wanted, options.env ?? {});
  const signal = options.signal ?? new AbortController().signal;
  const build = (sdl: string) => buildWith(sdl, config, building, signal);
  const { generation, running } = await firstGeneration({ config, open, build, reports }, signal);
  const generations = disposer.use(new Generations(generation));

  const house: House = { ...building, generations, lifetime: life.signal };
  reports.started(hashOf(running.sdl));
  const listener = disposer.use(listenerFor(house));
  const reloads = disposer.use(
    new Reloads({
      running,
      open,
      reports,
      log,
      configuration: options.configuration,
      build: (sdl, wanted, until) => buildWarm(sdl, wanted, house, until),
      serve: (wanted, next) => serve(wanted, next, house, listener),
    }),
  );
  disposer.defer(() => {
    status = 'draining';
    // A mutation whose client has left is no connection to wait for, but has the same time.
    ending = setTimeout(() => life.abort(shuttingDown()), config.server.shutdown.drain);
  });
  await listener.start();
  status = 'ready';

  const { server, graphql } = config;
  const url = `http://${hostOf(server.listen[0]?.host)}:${listener.ports[0]}${graphql.path}`;
  const adminUrl = `http://${hostOf(server.admin.host)}:${admin.port}`;
  log.info({ url, adminUrl }, 'ready');
  return {
    url,
    adminUrl,
    reload: (wanted) => reloads.run(wanted),
    [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
  };
}

function shuttingDown(): GatewayError {
  return new GatewayError('SERVICE_UNAVAILABLE', 'The gateway is shutting down');
}

function listenerFor(house: House): Listener {
  const { config } = house.options;
  const { routes, open } = doorFor(config, house);
  return new Listener({ options: config.server, routes, fail: failureReply, log: house.log, open });
}

/** What is between the listener and the generations, under one configuration. */
function doorFor(config: GatewayConfig, house: House) {
  const { options, log, metrics } = house;
  const { server, graphql, observability } = config;
  const steps = pipelineSteps({ config, ...house });
  const run = layered(createPipeline<Generation>(steps), options.layers?.request ?? []);
  const access = new AccessLog(log, metrics, observability.requestId);
  const open = access.open.bind(access);
  const handler = graphqlOverHttp({
    options: { ...graphql, limits: server.limits },
    run,
    fail: failureReply,
    open,
    ...(graphql.graphiql && { landingPage: () => graphiql(graphql.path, options.samples) }),
  });
  return { routes: routeTable([{ path: graphql.path, handler }]), open };
}

/** Swaps in one turn: a request comes to the door before all of it, or after. */
function serve(
  config: GatewayConfig,
  next: Generation | undefined,
  house: House,
  listener: Listener,
): void {
  const { log, generations } = house;
  if (next !== undefined) {
    const failed = (err: unknown) => log.error({ err }, 'A replaced generation did not close');
    generations.replace(next).catch(failed);
  }
  log.level = config.observability.log.level;
  const { routes, open } = doorFor(config, house);
  listener.routes = routes;
  listener.open = open;
}

type Building = Pick<House, 'options' | 'log' | 'metrics'>;

function buildWith(
  sdl: string,
  config: GatewayConfig,
  { options, log, metrics }: Building,
  signal: AbortSignal,
): Promise<Generation> {
  const { layers, apolloPlugins = [], overrideLabel } = options;
  const subgraphLayers = layers?.subgraph ?? [];
  const own = { subgraphLayers, apolloPlugins, overrideLabel };
  return buildGeneration(sdl, { config, ...own, metrics, log }, signal);
}

/** Plans beforehand what the generation that serves is asked for. */
async function buildWarm(
  sdl: string,
  config: GatewayConfig,
  house: House,
  signal: AbortSignal,
): Promise<Generation> {
  const next = await buildWith(sdl, config, house, signal);
  using current = house.generations.lease();
  const warmedUp = await warmGeneration(next, current.content, signal);
  house.log.info(warmedUp, 'Operations were planned for the next generation');
  return next;
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
