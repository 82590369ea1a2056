import assert from 'node:assert/strict';
import { SchemePool } from './auth/scheme-pool.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { Additions, DataPlane, DataPlaneSetup } from './data-plane.ts';
import { graphiqlPage, type Sample } from './edge/graphiql.ts';
import { graphqlOverHttp } from './edge/graphql-http.ts';
import { Listener } from './edge/listener.ts';
import { routeTable } from './edge/routes.ts';
import { GatewayError } from './errors.ts';
import { buildGeneration, type Generation, warmGeneration } from './generation.ts';
import { fromOutside, layered } from './lib/call.ts';
import { Disposer } from './lib/disposer.ts';
import { AccessLog } from './observability/access-log.ts';
import { createPipeline } from './pipeline.ts';
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
  readonly #life = new AbortController();
  readonly #disposer = new Disposer();
  #serving: Serving | undefined;

  constructor(setup: DataPlaneSetup, additions: Additions) {
    this.#setup = setup;
    this.#additions = additions;
    const { log, metrics } = setup;
    const { schemes: given = {} } = additions;
    this.#schemes = new SchemePool({ log, observer: metrics.authentication, given });
  }

  /** Plans beforehand what the generation that serves, if one does, is asked for. */
  async build(sdl: string, config: GatewayConfig, signal: AbortSignal): Promise<Generation> {
    const { layers, apolloPlugins = [], overrideLabel, policies } = this.#additions;
    if (this.#serving === undefined) this.#setup.log.level = config.observability.log.level;
    const subgraphLayers = layers?.subgraph ?? [];
    const given = { subgraphLayers, apolloPlugins, overrideLabel, policies };
    const own = { ...given, schemes: this.#schemes };
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
    return { routes: routeTable([{ path: graphql.path, handler }]), open };
  }
}

function shuttingDown(): GatewayError {
  return new GatewayError('SERVICE_UNAVAILABLE', 'The gateway is shutting down');
}

function graphiql(endpoint: string, samples: readonly Sample[] = []): Promise<string> {
  return graphiqlPage({ endpoint, title: 'Gatehouse', samples });
}
