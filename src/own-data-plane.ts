import assert from 'node:assert/strict';
import { loginPaths } from './auth/login-paths.ts';
import { SchemePool } from './auth/scheme-pool.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { Additions, DataPlane, DataPlaneSetup } from './data-plane.ts';
import { graphiqlPage, type Sample } from './edge/graphiql.ts';
import { graphqlOverHttp } from './edge/graphql-http.ts';
import { keySetHandler, keySetPath } from './edge/key-set.ts';
import { Listener } from './edge/listener.ts';
import { loginRoutes } from './edge/login-routes.ts';
import { type Route, routeTable } from './edge/routes.ts';
import { GatewayError } from './errors.ts';
import { buildGeneration, type Generation, warmGeneration } from './generation.ts';
import { fromOutside, layered } from './lib/call.ts';
import { Disposer } from './lib/disposer.ts';
import { AccessLog } from './observability/access-log.ts';
import { ManifestPool } from './operation/trusted/manifest-pool.ts';
import { createPipeline } from './pipeline.ts';
import { TargetPool } from './resilience/balance/target-pool.ts';
import type { ResilienceOptions } from './resilience/options.ts';
import {
  type Steering,
  steer,
  type UpstreamReport,
  upstreamReports,
} from './resilience/steering.ts';
import { UpstreamPool } from './resilience/upstream-state.ts';
import { failureReply } from './respond/reply.ts';
import { pipelineSteps } from './steps.ts';
import { Generations } from './supergraph/generations.ts';

/** What serves, from the first supergraph on. */
interface Serving {
  readonly generations: Generations<Generation>;
  readonly listener: Listener;
  /** How long requests in flight may take once it ends, in milliseconds. */
  readonly drainMs: number;
}

/** Answers requests in this process. Disposing it lets those in flight end. */
export class OwnDataPlane implements DataPlane<Generation> {
  readonly #setup: DataPlaneSetup;
  readonly #additions: Additions;
  readonly #schemes: SchemePool;
  readonly #upstreams: UpstreamPool;
  readonly #targets = new TargetPool();
  readonly #manifests: ManifestPool;
  readonly #life = new AbortController();
  readonly #disposer = new Disposer();
  #serving: Serving | undefined;

  constructor(setup: DataPlaneSetup, additions: Additions) {
    this.#setup = setup;
    this.#additions = additions;
    const { log, metrics, askSessions } = setup;
    const { schemes: given = {} } = additions;
    this.#schemes = new SchemePool({ log, observer: metrics.authentication, given, askSessions });
    this.#upstreams = new UpstreamPool({ log, observer: metrics.upstreams });
    this.#manifests = new ManifestPool({ log, metrics: metrics.reloads });
    metrics.targets.watch(() => this.#targets.snapshot());
    metrics.upstreams.watch(() => this.#upstreams.state());
  }

  /** Plans beforehand what the generation that serves, if one does, is asked for. */
  async build(sdl: string, config: GatewayConfig, signal: AbortSignal): Promise<Generation> {
    const { layers, apolloPlugins = [], overrideLabel, policies } = this.#additions;
    if (this.#serving === undefined) this.#setup.log.level = config.observability.log.level;
    const subgraphLayers = layers?.subgraph ?? [];
    const given = { subgraphLayers, apolloPlugins, overrideLabel, policies };
    const own = {
      ...given,
      schemes: this.#schemes,
      upstreams: this.#upstreams,
      targets: this.#targets,
      manifests: this.#manifests,
    };
    const next = await buildGeneration(sdl, { config, ...own, ...this.#setup }, signal);
    if (this.#serving === undefined) return next;
    using current = this.#serving.generations.lease();
    const warmedUp = await warmGeneration(next, current.content, signal);
    this.#setup.log.info(warmedUp, 'Operations were planned for the next generation');
    return next;
  }

  /** Swaps in one turn: a request comes to the door before all of it, or after. */
  serve(config: GatewayConfig, next: Generation | undefined): void {
    const { log } = this.#setup;
    log.level = config.observability.log.level;
    if (next !== undefined) this.#upstreams.serve(resilienceOf(next));
    if (this.#serving === undefined) {
      this.#begin(config, next);
      return;
    }
    const { generations, listener } = this.#serving;
    if (next !== undefined) {
      const failed = (err: unknown) => log.error({ err }, 'A replaced generation did not close');
      generations.replace(next).catch(failed);
    }
    const { routes, open } = this.#door(config, generations);
    listener.routes = routes;
    listener.open = open;
    // It logs what is wrong with them, and never fails.
    void listener.renewCertificates();
  }

  async listen(): Promise<readonly number[]> {
    assert(this.#serving !== undefined, 'Something is served before the addresses are opened');
    const { listener } = this.#serving;
    await listener.start();
    return listener.ports;
  }

  metrics(): Promise<string> {
    return this.#setup.metrics.text();
  }

  async upstreams(): Promise<readonly UpstreamReport[]> {
    return upstreamReports(this.#known);
  }

  async steer(steering: Steering): Promise<boolean> {
    return steer(steering, this.#known, this.#setup.log);
  }

  get #known() {
    return { states: this.#upstreams, targets: this.#targets };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A mutation whose client has left is no connection to wait for, but has the same time.
    const end = () => this.#life.abort(shuttingDown());
    const ending = setTimeout(end, this.#serving?.drainMs ?? 0);
    try {
      await this.#disposer[Symbol.asyncDispose]();
    } finally {
      clearTimeout(ending);
    }
  }

  #begin(config: GatewayConfig, first: Generation | undefined): void {
    assert(first !== undefined, 'There is a supergraph before anything is served');
    const generations = this.#disposer.use(new Generations(first));
    const { routes, open } = this.#door(config, generations);
    const { log } = this.#setup;
    const options = config.server;
    const listener = new Listener({ options, routes, fail: failureReply, log, open });
    this.#disposer.use(listener);
    this.#serving = { generations, listener, drainMs: options.shutdown.drain };
  }

  /** What is between the listener and the generations, under one configuration. */
  #door(config: GatewayConfig, generations: Generations<Generation>) {
    const { log, metrics } = this.#setup;
    const { server, graphql, observability } = config;
    const { layers, samples } = this.#additions;
    const lifetime = this.#life.signal;
    const steps = pipelineSteps({ config, generations, metrics, lifetime });
    const run = layered(createPipeline<Generation>(steps), fromOutside(layers?.request ?? []));
    const access = new AccessLog(log, metrics, observability.requestId);
    const open = access.open.bind(access);
    const handler = graphqlOverHttp({
      options: { ...graphql, limits: server.limits },
      run,
      fail: failureReply,
      open,
      ...(graphql.graphiql && { landingPage: () => graphiql(graphql.path, samples) }),
    });
    const logins = loginPaths(config).flatMap(({ name, path }) => {
      const lease = () => leaseLogin(name, generations);
      return loginRoutes({ path, lease, fail: failureReply, open, cors: graphql.cors });
    });
    const keys = keySetRoutes(config, generations);
    const all = [{ path: graphql.path, handler }, ...keys, ...logins];
    return { routes: routeTable(all), open };
  }
}

/** Where subgraphs find the keys of the tokens that they are sent, if any is. */
function keySetRoutes(
  { graphql }: GatewayConfig,
  generations: Generations<Generation>,
): readonly Route[] {
  const signs = Object.values(graphql.subgraphs).some(({ identity }) => identity?.token);
  if (!signs) return [];
  const keys = () => {
    using lease = generations.lease();
    const found = [...lease.content.subgraphs.values()].flatMap(({ tokens }) => {
      return tokens === undefined ? [] : [tokens.publicJwk];
    });
    return [...new Map(found.map((key) => [key.kid, key])).values()];
  };
  return [{ path: keySetPath, handler: keySetHandler(keys) }];
}

function resilienceOf({ subgraphs }: Generation): ReadonlyMap<string, ResilienceOptions> {
  return new Map([...subgraphs].map(([name, { options }]) => [name, options]));
}

function shuttingDown(): GatewayError {
  return new GatewayError('SERVICE_UNAVAILABLE', 'The gateway is shutting down');
}

function graphiql(endpoint: string, samples: readonly Sample[] = []): Promise<string> {
  return graphiqlPage({ endpoint, title: 'Gatehouse', samples });
}

/** The login of this name, as the generation has it that serves now. */
function leaseLogin(name: string, generations: Generations<Generation>) {
  const lease = generations.lease();
  const login = lease.content.authentication?.loginOf(name);
  return { login, [Symbol.dispose]: () => lease[Symbol.dispose]() };
}
