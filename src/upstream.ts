import type { SubgraphAnswer, SubgraphRequest } from './context.ts';
import { type Call, type Layer, layered } from './lib/call.ts';
import { measured } from './observability/measured.ts';
import type { Metrics } from './observability/metrics.ts';
import { deadline } from './resilience/deadline.ts';

export type SubgraphCall = Call<SubgraphRequest, SubgraphAnswer>;
export type SubgraphLayer = Layer<SubgraphRequest, SubgraphAnswer>;

export interface UpstreamOptions {
  readonly subgraph: string;
  /** Longest wait for an answer, over all attempts, in milliseconds. */
  readonly totalTimeoutMs: number;
  /** The layers that were given to `createGateway`. */
  readonly layers: readonly SubgraphLayer[];
  readonly metrics: Metrics;
}

/** What happens to one subgraph call, outermost first. */
export function upstream(send: SubgraphCall, options: UpstreamOptions): SubgraphCall {
  return layered(send, [
    measured(options.metrics), // covers waiting and every attempt
    ...options.layers, // may answer by themselves, so they come before time is counted
    deadline(options.subgraph, options.totalTimeoutMs), // one budget for all attempts below
  ]);
}
