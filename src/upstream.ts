import type { SubgraphAnswer, SubgraphRequest } from './context.ts';
import { type Call, fromOutside, type Layer, layered, type PublicLayer } from './lib/call.ts';
import { cloneJson } from './lib/clone-json.ts';
import { measured } from './observability/measured.ts';
import type { Metrics } from './observability/metrics.ts';
import { traced } from './observability/traced.ts';
import { bounded } from './resilience/bounded.ts';
import { deadline, whereRepeatable } from './resilience/deadline.ts';
import { type Deduplication, deduplicated } from './resilience/deduplicated.ts';
import { guarded } from './resilience/guarded.ts';
import type { ResilienceOptions } from './resilience/options.ts';
import { orNull } from './resilience/or-null.ts';
import { retried } from './resilience/retried.ts';
import { subgraphJudge } from './resilience/subgraph-judge.ts';
import { TargetRefusal } from './resilience/target-refusal.ts';
import type { UpstreamState } from './resilience/upstream-state.ts';
import type { Judge } from './resilience/verdict.ts';
import { headersKey, plainRequest, rememberingTargets, requestBody } from './subgraph/request.ts';

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
  readonly resilience: ResilienceOptions;
  /** What is remembered of it from call to call. */
  readonly state: UpstreamState;
  /** Whether further attempts have a choice of targets. */
  readonly hasSeveralTargets?: boolean;
}

/** What happens to one subgraph call, outermost first. */
export function upstream(send: SubgraphCall, options: UpstreamOptions): SubgraphCall {
  const { subgraph, layers, totalTimeoutMs, resilience, state } = options;
  return layered(send, [
    traced(), // the span covers waiting and every attempt
    measured(options.metrics), // so does the time
    ...(layers.length > 0 ? [open] : []), // these may change whatever they see
    ...fromOutside(layers), // may answer by themselves, so they come before time is counted
    // Below those: they are told of what is tolerated too.
    ...(resilience.fallback === null ? [tolerant(state)] : []),
    // Before anything is paid for; a call ends with the last who waits for it.
    ...(options.deduplicate ? [deduplicated(sharing(options.idHeader))] : []),
    deadline(subgraph, totalTimeoutMs), // one budget for all attempts below
    ...attempts(options, state),
  ]);
}

/** A failure that null may stand for. */
function tolerant({ name, observer }: UpstreamState): Layer<SubgraphRequest, SubgraphAnswer> {
  return orNull(isQuery, () => observer?.fallback(name));
}

/** What happens to each attempt, outermost first: REST targets have the same layers. */
function attempts(
  { subgraph, totalTimeoutMs, resilience, hasSeveralTargets }: UpstreamOptions,
  state: UpstreamState,
): readonly Layer<SubgraphRequest, SubgraphAnswer>[] {
  const { breaker, budget, bulkhead, observer } = state;
  const judge = subgraphJudge(resilience);
  return [
    // Under the deadline, so it cannot outlive it; queries only, and what was never sent.
    retried({
      options: resilience.retry,
      budget,
      totalTimeoutMs,
      judge,
      isRepeatable: isQuery,
      ...(hasSeveralTargets && { prepare: rememberingTargets }),
      done: (outcome) => observer?.retry(subgraph, outcome),
    }),
    // Counts attempts, and stops retries while open.
    guarded({
      upstream: subgraph,
      breaker,
      judge,
      refused: () => observer?.refused(subgraph, 'breaker'),
    }),
    // A slot is held by an attempt, never by a backoff; who waits is sent away when the breaker opens.
    bounded({
      upstream: subgraph,
      bulkhead,
      refused: () => observer?.refused(subgraph, 'bulkhead'),
    }),
  ];
}

export interface AroundTarget {
  readonly state: UpstreamState;
  readonly resilience: ResilienceOptions;
  /** Longest wait for one attempt of a query, in milliseconds. */
  readonly tryTimeoutMs: number | undefined;
  /** Whether there are others, so that this one has a breaker of its own. */
  readonly isOneOfSeveral: boolean;
}

/** What happens to an attempt once its target is chosen, as one layer for each target. */
export function aroundTarget(
  around: AroundTarget,
): (target: { readonly id: string }) => Layer<SubgraphRequest, SubgraphAnswer> {
  const { state, resilience, tryTimeoutMs, isOneOfSeveral } = around;
  const { name } = state;
  const judge: Judge<SubgraphAnswer> = subgraphJudge(resilience);
  const refusal = (service: string, retryAfterMs: number) =>
    new TargetRefusal(service, retryAfterMs);
  return ({ id }) => {
    const layers: readonly Layer<SubgraphRequest, SubgraphAnswer>[] = [
      // The retry above goes to another target while this one is down.
      ...(isOneOfSeveral
        ? [
            guarded<SubgraphRequest, SubgraphAnswer>({
              upstream: name,
              breaker: state.target(id),
              judge,
              refusal,
            }),
          ]
        : []),
      // Innermost: the wait for a slot is no part of an attempt.
      ...(tryTimeoutMs === undefined
        ? []
        : [
            whereRepeatable<SubgraphRequest, SubgraphAnswer>(isQuery, deadline(name, tryTimeoutMs)),
          ]),
    ];
    return (next) => layered(next, layers);
  };
}

function isQuery({ kind }: SubgraphRequest): boolean {
  return kind === 'query';
}

/**
 * Makes requests plain objects, and has answers looked through for what JSON escapes, whatever they
 * say of themselves.
 */
const open: Layer<SubgraphRequest, SubgraphAnswer> = (next) => async (request, signal) => ({
  ...(await next(plainRequest(request), signal)),
  isPlain: false,
});

/** Queries are told apart by all that is sent, but for the request's own id. */
function sharing(idHeader: string): Deduplication<SubgraphRequest, SubgraphAnswer> {
  return {
    keyOf: (request) => (request.kind === 'query' ? requestBody(request) : undefined),
    scopeOf: (request) => headersKey(request, idHeader),
    copy: (answer) => ({ ...answer, data: cloneJson(answer.data) as SubgraphAnswer['data'] }),
  };
}
