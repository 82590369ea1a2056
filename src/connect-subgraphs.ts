import { IdentityTokens } from './auth/identity-tokens/identity-tokens.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { Disposer } from './lib/disposer.ts';
import type { Logger } from './observability/log.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Planner } from './plan/planner.ts';
import type { TargetPool } from './resilience/balance/target-pool.ts';
import { subgraphJudge } from './resilience/subgraph-judge.ts';
import type { UpstreamPool } from './resilience/upstream-state.ts';
import { passesCookies } from './subgraph/headers.ts';
import { type SubgraphOptions, subgraphOptionsFor } from './subgraph/options.ts';
import { tellsCallersApart } from './subgraph/request-values.ts';
import { hasSeveralTargets, openTargets } from './subgraph/targets.ts';
import { aroundTarget, type SubgraphCall, type SubgraphLayer, upstream } from './upstream.ts';

/** A subgraph as it is called. */
export interface Subgraph {
  readonly options: SubgraphOptions;
  readonly call: SubgraphCall;
  /** Tell it who calls; undefined where no token is wanted. */
  readonly tokens?: IdentityTokens | undefined;
}

/** What the subgraphs of all generations have in common. */
export interface SubgraphsContext {
  readonly config: GatewayConfig;
  readonly subgraphLayers: readonly SubgraphLayer[];
  readonly upstreams: UpstreamPool;
  readonly targets: TargetPool;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Each subgraph with its own connections; the configuration may say where it is and how to call. */
export async function connectSubgraphs(
  planner: Planner,
  context: SubgraphsContext,
  disposer: Disposer,
): Promise<ReadonlyMap<string, Subgraph>> {
  const connected = planner.subgraphs.map(async ({ name, url }) => {
    const options = subgraphOptionsFor(name, context.config.graphql.subgraphs);
    const call = await connectSubgraph({ name, url, options }, context, disposer);
    const tokens = await IdentityTokens.openFor(name, options.identity?.token);
    return [name, { options, call, tokens }] as const;
  });
  // All settle before anything is disposed: what the others have opened is not left behind.
  const settled = await Promise.allSettled(connected);
  for (const each of settled) if (each.status === 'rejected') throw each.reason;
  return new Map(await Promise.all(connected));
}

interface SubgraphPlace {
  readonly name: string;
  readonly url: string;
  readonly options: SubgraphOptions;
}

async function connectSubgraph(
  { name, url, options }: SubgraphPlace,
  { config, subgraphLayers: layers, metrics, log, upstreams, targets: pool }: SubgraphsContext,
  disposer: Disposer,
): Promise<SubgraphCall> {
  const state = upstreams.get(name, options);
  const isOneOfSeveral = hasSeveralTargets(options);
  const around = { state, resilience: options, tryTimeoutMs: options.timeout.try, isOneOfSeveral };
  const setup = {
    ...{ name, url, options, pool, log, observer: metrics.targets },
    around: aroundTarget(around),
    refuses: (id: string) => isOneOfSeveral && state.target(id).isOpen,
    judge: subgraphJudge(options),
    changed: (ids: readonly string[]) => state.keepTargets(isOneOfSeveral ? ids : []),
  };
  const send = await openTargets(setup, disposer);
  const isSharable = !passesCookies(options.headers.response) && !tellsCallersApart(options.split);
  return upstream(send, {
    ...{ subgraph: name, layers, metrics, state },
    totalTimeoutMs: options.timeout.total,
    deduplicate: options.deduplicate && isSharable,
    idHeader: config.observability.requestId.header,
    resilience: options,
    hasSeveralTargets: isOneOfSeveral,
  });
}
