import type { Log } from '../context.ts';
import { Breaker, type BreakerSnapshot, type BreakerState, type BreakerWish } from './breaker.ts';
import { Bulkhead, type BulkheadSnapshot } from './bulkhead.ts';
import { rejection } from './guarded.ts';
import type { ResilienceOptions } from './options.ts';
import type { RetryOutcome } from './retried.ts';
import { type BudgetSnapshot, RetryBudget } from './retry-budget.ts';

/** Why a call is not let through. */
export type RefusedBy = 'breaker' | 'bulkhead';

/** Is told of what happens at upstreams; `target` is undefined for an upstream as a whole. */
export interface UpstreamObserver {
  transition(upstream: string, to: BreakerState, target: string | undefined): void;
  refused(upstream: string, by: RefusedBy): void;
  retry(upstream: string, outcome: RetryOutcome): void;
  fallback(upstream: string): void;
}

/** One of several targets, as far as layers know of it. */
export interface TargetSnapshot {
  readonly id: string;
  readonly breaker: BreakerSnapshot;
}

/** All that is remembered of one upstream, as plain data. */
export interface UpstreamSnapshot {
  readonly subgraph: string;
  readonly breaker: BreakerSnapshot;
  readonly budget: BudgetSnapshot;
  readonly bulkhead: BulkheadSnapshot;
  readonly targets?: readonly TargetSnapshot[];
}

export interface UpstreamSetup {
  readonly options: ResilienceOptions;
  readonly log: Log;
  readonly observer?: UpstreamObserver | undefined;
}

/** What is remembered of one upstream from call to call, and from one configuration to the next. */
export class UpstreamState {
  readonly name: string;
  readonly breaker: Breaker;
  readonly budget: RetryBudget;
  readonly bulkhead: Bulkhead;
  readonly observer: UpstreamObserver | undefined;
  readonly #log: Log;
  readonly #targets = new Map<string, Breaker>();
  #options: ResilienceOptions;
  #forced: { readonly wish: BreakerWish; readonly by: string } = { wish: 'auto', by: '' };

  constructor(name: string, { options, log, observer }: UpstreamSetup) {
    this.name = name;
    this.observer = observer;
    this.#log = log;
    this.#options = options;
    this.breaker = this.#breaker(undefined);
    this.budget = new RetryBudget(options.retry);
    this.bulkhead = new Bulkhead(options.concurrency);
  }

  /** The breaker of one of several targets. */
  target(id: string): Breaker {
    const known = this.#targets.get(id);
    if (known !== undefined) return known;
    const breaker = this.#breaker(id);
    breaker.force(this.#forced.wish, this.#forced.by);
    this.#targets.set(id, breaker);
    return breaker;
  }

  /** Forgets all targets but these. */
  keepTargets(ids: Iterable<string>): void {
    const kept = new Set(ids);
    for (const id of this.#targets.keys()) if (!kept.has(id)) this.#targets.delete(id);
  }

  /** Has other options apply to what lives. */
  configure(options: ResilienceOptions): void {
    this.#options = options;
    this.budget.configure(options.retry);
    this.bulkhead.configure(options.concurrency);
    for (const breaker of this.#breakers()) breaker.configure(options.breaker);
  }

  /** Steers the breaker, and those of all targets; the log says who did. */
  force(wish: BreakerWish, by: string): void {
    this.#forced = { wish, by };
    for (const breaker of this.#breakers()) breaker.force(wish, by);
    if (wish === 'open') this.#dismiss();
    this.#log.warn({ subgraph: this.name, breaker: wish, by }, 'A circuit breaker was steered');
  }

  state(): UpstreamSnapshot {
    const targets = [...this.#targets].map(([id, breaker]) => ({ id, breaker: breaker.state() }));
    return {
      subgraph: this.name,
      breaker: this.breaker.state(),
      budget: this.budget.state(),
      bulkhead: this.bulkhead.state(),
      ...(targets.length > 0 && { targets }),
    };
  }

  /** What was let through by the breaker, and still waits for room, would only come too late. */
  #dismiss(): void {
    this.bulkhead.dismiss(() => {
      this.observer?.refused(this.name, 'breaker');
      return rejection(this.name, this.breaker.retryAfterMs);
    });
  }

  #breakers(): readonly Breaker[] {
    return [this.breaker, ...this.#targets.values()];
  }

  #breaker(target: string | undefined): Breaker {
    const breaker: Breaker = new Breaker({
      options: this.#options.breaker,
      changed: (from, to) => {
        this.observer?.transition(this.name, to, target);
        if (to === 'open' && target === undefined) this.#dismiss();
        const { failures, total, openUntilMs } = breaker.state();
        const openMs = openUntilMs === undefined ? undefined : breaker.retryAfterMs;
        const fields = { subgraph: this.name, target, from, to, failures, total, openMs };
        if (to === 'open') this.#log.warn(fields, 'A circuit breaker opened');
        else this.#log.info(fields, 'A circuit breaker changed');
      },
    });
    return breaker;
  }
}

export interface UpstreamPoolSetup {
  readonly log: Log;
  readonly observer?: UpstreamObserver;
}

/** The upstreams of a gateway, by name. They outlive every configuration that has them. */
export class UpstreamPool {
  readonly #setup: UpstreamPoolSetup;
  readonly #states = new Map<string, UpstreamState>();

  constructor(setup: UpstreamPoolSetup) {
    this.#setup = setup;
  }

  /** The one of this name; `options` are for one that is new. */
  get(name: string, options: ResilienceOptions): UpstreamState {
    const known = this.#states.get(name);
    if (known !== undefined) return known;
    const state = new UpstreamState(name, { ...this.#setup, options });
    this.#states.set(name, state);
    return state;
  }

  find(name: string): UpstreamState | undefined {
    return this.#states.get(name);
  }

  /** What is served from now on: others are forgotten. */
  serve(options: ReadonlyMap<string, ResilienceOptions>): void {
    for (const [name, state] of this.#states) {
      const own = options.get(name);
      if (own === undefined) this.#states.delete(name);
      else state.configure(own);
    }
  }

  state(): readonly UpstreamSnapshot[] {
    return [...this.#states.values()].map((state) => state.state());
  }
}
