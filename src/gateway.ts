import type { ConfigurationSource } from './config/configuration-file.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { Additions, DataPlane, DataPlaneSetup } from './data-plane.ts';
import type { Readiness } from './edge/admin.ts';
import { openAdmin } from './edge/open-admin.ts';
import { originOf } from './edge/server.ts';
import { firstGeneration } from './first-generation.ts';
import { Disposer } from './lib/disposer.ts';
import { createLog } from './observability/log.ts';
import { Metrics } from './observability/metrics.ts';
import { ReloadReports } from './observability/reload-reports.ts';
import { OwnDataPlane } from './own-data-plane.ts';
import { hashOf, type ReloadReport, Reloads } from './reload.ts';
import type { Steering } from './resilience/steering.ts';
import { openSource } from './supergraph-sources.ts';

/** What a gateway is run from, whatever answers its requests. */
export interface ControlOptions {
  /** As `loadConfig` gives it. */
  readonly config: GatewayConfig;
  /** Where `config` is read again, when it changes and upon `reload()`; nowhere by default. */
  readonly configuration?: ConfigurationSource;
  /** Fills in `${env.NAME}` in a `supergraph.yaml`; nothing by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the log goes; standard output by default. */
  readonly logTo?: { write(line: string): void };
  /** Ends the start while it waits for subgraphs. */
  readonly signal?: AbortSignal;
}

/** What `createGateway` is given. */
export interface GatewayOptions extends ControlOptions, Additions {}

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

/**
 * Builds every room from the options, wires them, and listens; throws a `StartupError`. All of it
 * is in this process, whatever `server.workers` says.
 */
export function createGateway(options: GatewayOptions): Promise<Gateway> {
  return startGateway(options, (setup) => new OwnDataPlane(setup, options));
}

/** As `createGateway`, for requests that `openPlane` gives something to answer. */
export async function startGateway<Built extends AsyncDisposable>(
  options: ControlOptions,
  openPlane: (setup: DataPlaneSetup) => DataPlane<Built>,
): Promise<Gateway> {
  const disposer = new Disposer();
  try {
    return await start(options, openPlane, disposer);
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}

async function start<Built extends AsyncDisposable>(
  options: ControlOptions,
  openPlane: (setup: DataPlaneSetup) => DataPlane<Built>,
  disposer: Disposer,
): Promise<Gateway> {
  const { config, configuration } = options;
  const { server, graphql } = config;
  const log = createLog(config.observability.log.level, options.logTo);
  const metrics = new Metrics();
  const reports = new ReloadReports(log, metrics.reloads);
  const plane = openPlane({ log, metrics });
  let status: Readiness['status'] = 'starting';
  const setup = {
    readiness: () => readinessOf(status, plane, reports),
    metrics: async () => ({ contentType: metrics.contentType, text: await plane.metrics() }),
    upstreams: {
      read: () => plane.upstreams(),
      steer: (steering: Steering) => plane.steer(steering),
    },
  };
  const admin = disposer.use(await openAdmin(setup, server, log));
  disposer.use(plane);

  const open = (wanted: GatewayConfig) => openSource(wanted, options.env ?? {});
  const signal = options.signal ?? new AbortController().signal;
  const build = (sdl: string) => plane.build(sdl, config, signal);
  const { generation, running } = await firstGeneration({ config, open, build, reports }, signal);
  reports.started(hashOf(running.sdl));
  await plane.serve(config, generation);
  const reloads = disposer.use(new Reloads({ running, open, reports, log, configuration, plane }));
  disposer.defer(() => {
    status = 'draining';
  });
  const [port = 0] = await plane.listen();
  status = 'ready';

  const [first] = server.listen;
  const url = `${originOf({ host: first?.host, tls: first?.tls, port })}${graphql.path}`;
  const adminUrl = originOf({ host: server.admin.host, port: admin.port });
  log.info({ url, adminUrl }, 'ready');
  return {
    url,
    adminUrl,
    reload: (wanted) => reloads.run(wanted),
    [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
  };
}

/** A worker that is missing is being replaced: as long as another one answers, requests may come. */
function readinessOf(
  status: Readiness['status'],
  { workers }: DataPlane<AsyncDisposable>,
  { state }: ReloadReports,
): Readiness {
  const noneIsReady = status === 'ready' && workers?.ready === 0;
  return { status: noneIsReady ? 'starting' : status, ...(workers && { workers }), ...state };
}
