import type { SubgraphAnswer, SubgraphRequest } from './context.ts';
import { type Call, fromOutside, type Layer, layered, type PublicLayer } from './lib/call.ts';
import { cloneJson } from './lib/clone-json.ts';
import { measured } from './observability/measured.ts';
import type { Metrics } from './observability/metrics.ts';
import { deadline } from './resilience/deadline.ts';
import { type Deduplication, deduplicated } from './resilience/deduplicated.ts';
import { requestKey } from './subgraph/request.ts';

export type SubgraphCall = Call<SubgraphRequest, SubgraphAnswer>;
export type SubgraphLayer = PublicLayer<SubgraphRequest, SubgraphAnswer>;

export interface UpstreamOptions {
  /** Whether equal queries that are under way at once share one call. */
  readonly deduplicate: boolean;
  /** The header with the client's request id, which does not tell requests apart. */
  readonly idHeader: string;
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
    ...(options.layers.length > 0 ? [unsure] : []), // these may put any text into an answer
    ...fromOutside(options.layers), // may answer by themselves, so they come before time is counted
    // Before anything is paid for; a call ends with the last who waits for it.
    ...(options.deduplicate ? [deduplicated(sharing(options.idHeader))] : []),
    deadline(options.subgraph, options.totalTimeoutMs), // one budget for all attempts below
  ]);
}

/** Has answers looked through for what JSON escapes, whatever they say of themselves. */
const unsure: Layer<SubgraphRequest, SubgraphAnswer> = (next) => async (request, signal) => ({
  ...(await next(request, signal)),
  isPlain: false,
});

/** Queries are told apart by all that is sent, but for the request's own id. */
function sharing(idHeader: string): Deduplication<SubgraphRequest, SubgraphAnswer> {
  return {
    keyOf: (request) => (request.kind === 'query' ? requestKey(request, idHeader) : undefined),
    copy: (answer) => ({ ...answer, data: cloneJson(answer.data) as SubgraphAnswer['data'] }),
  };
}
