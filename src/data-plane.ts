import type { DecidePolicies } from './auth/policies/policies.ts';
import type { PublicScheme } from './auth/scheme.ts';
import type { AskStore } from './auth/sessions/asked-store.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { GraphQLRequest, Reply } from './context.ts';
import type { WorkerCount } from './edge/admin.ts';
import type { ApolloPlugin } from './edge/apollo.ts';
import type { Sample } from './edge/graphiql.ts';
import type { PublicLayer } from './lib/call.ts';
import type { Logger } from './observability/log.ts';
import type { Metrics } from './observability/metrics.ts';
import type { DecideLabel } from './plan/overrides/active-labels.ts';
import type { Steering, UpstreamReport } from './resilience/steering.ts';
import type { SubgraphLayer } from './upstream.ts';

/** What a program adds to the gateway that it runs. */
export interface Additions {
  /** Code of your own round two points of a request; `layers[0]` is outermost. */
  readonly layers?: {
    /** Round each operation: it sees a request that is right as HTTP, and the reply. */
    readonly request?: readonly PublicLayer<GraphQLRequest, Reply>[];
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
  /** Ways of your own to prove who calls, by the names that `graphql.auth` takes. */
  readonly schemes?: Readonly<Record<string, PublicScheme>>;
  /** Decides on the policies of `@policy`, before the configuration does. */
  readonly policies?: DecidePolicies;
  /** Operations that GraphiQL opens with. */
  readonly samples?: readonly Sample[];
}

/** What every data plane tells by, and what it shares. */
export interface DataPlaneSetup {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Asks whoever has the sessions where there is no Redis. Default this process. */
  readonly askSessions?: AskStore;
}

/**
 * What answers requests: this process, or the workers of it. It is told what to serve, in this
 * order: a first supergraph is built, served, and the addresses are opened; then come others.
 */
export interface DataPlane<Built extends AsyncDisposable> extends AsyncDisposable {
  /** Makes a supergraph ready beside what serves, or throws a `StartupError` that says why not. */
  build(sdl: string, config: GatewayConfig, signal: AbortSignal): Promise<Built>;
  /** Lets later requests see it; without one, what serves goes on under another configuration. */
  serve(config: GatewayConfig, next: Built | undefined): void | Promise<void>;
  /** Opens the addresses and gives their ports; one that cannot be had is a `StartupError`. */
  listen(): Promise<readonly number[]>;
  /** All that is measured, as Prometheus reads it. */
  metrics(): Promise<string>;
  /** What is known of upstreams: of each name one, or one for each worker. */
  upstreams(): Promise<readonly UpstreamReport[]>;
  /** Has an upstream treated as an operator wants; false where there is no such one. */
  steer(steering: Steering): Promise<boolean>;
  /** How many workers answer; undefined for a process that answers alone. */
  readonly workers?: WorkerCount;
}
