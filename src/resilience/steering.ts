import type { Log } from '../context.ts';
import type { TargetPool } from './balance/target-pool.ts';
import type { TargetSnapshot } from './balance/target-state.ts';
import type { BreakerSnapshot, BreakerWish } from './breaker.ts';
import type { UpstreamPool, UpstreamSnapshot } from './upstream-state.ts';

/** What an operator wants of an upstream, and who that is. */
export type Steering = SteeredBreaker | SteeredTarget;

interface SteeredBreaker {
  readonly upstream: string;
  readonly breaker: BreakerWish;
  readonly by: string;
}

interface SteeredTarget {
  readonly upstream: string;
  readonly target: string;
  /** Whether it gets no further calls; those under way end as they would. */
  readonly drain: boolean;
  readonly by: string;
}

/** All that is known of an upstream in one process. */
export interface UpstreamReport extends Pick<UpstreamSnapshot, 'breaker' | 'budget' | 'bulkhead'> {
  readonly name: string;
  /** Which of several workers has this to say. */
  readonly worker?: number;
  readonly targets: readonly TargetReport[];
}

interface TargetReport extends TargetSnapshot {
  /** Of one of several targets. */
  readonly breaker?: BreakerSnapshot;
}

/** What a data plane knows of its upstreams. */
export interface Upstreams {
  readonly states: UpstreamPool;
  readonly targets: TargetPool;
}

export function upstreamReports({ states, targets }: Upstreams): readonly UpstreamReport[] {
  const known = new Map(targets.snapshot().map((each) => [each.name, each.targets]));
  return states.state().map(({ subgraph, breaker, budget, bulkhead, targets: own = [] }) => {
    const breakers = new Map(own.map((target) => [target.id, target.breaker]));
    const all = known.get(subgraph) ?? [];
    return {
      ...{ name: subgraph, breaker, budget, bulkhead },
      targets: all.map((target) => {
        const breakerOfTarget = breakers.get(target.id);
        return { ...target, ...(breakerOfTarget && { breaker: breakerOfTarget }) };
      }),
    };
  });
}

/** Does as the operator wants, with a line in the log; false where there is no such upstream. */
export function steer(steering: Steering, { states, targets }: Upstreams, log: Log): boolean {
  if ('breaker' in steering) {
    const state = states.find(steering.upstream);
    state?.force(steering.breaker, steering.by);
    return state !== undefined;
  }
  const { upstream, target: id, drain, by } = steering;
  const target = targets.find(upstream, id);
  if (target === undefined) return false;
  target.setDraining(drain);
  log.warn({ subgraph: upstream, target: id, drain, by }, 'A target was steered');
  return true;
}

/** Equal for wishes of which a later one takes the place of an earlier one. */
export function steeringKey(steering: Steering): string {
  return JSON.stringify([steering.upstream, 'target' in steering ? steering.target : null]);
}

/** Whether it has to be repeated to those that come later. */
export function isLasting(steering: Steering): boolean {
  return 'breaker' in steering ? steering.breaker !== 'auto' : steering.drain;
}
