import { isDeepStrictEqual } from 'node:util';
import { type CircuitBreakerPolicy, CircuitState, circuitBreaker, handleAll } from 'cockatiel';
import { SlidingCounts } from '../lib/sliding-counts.ts';
import type { BreakerOptions } from './options.ts';
import type { Verdict } from './verdict.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';
/** What an operator wants of a breaker: `auto` leaves it to itself. */
export type BreakerWish = 'open' | 'bypass' | 'auto';

/** A breaker as it is seen from outside. */
export interface BreakerSnapshot {
  readonly state: BreakerState;
  /** Set while an operator steers it, whatever its state. */
  readonly forced?: Exclude<BreakerWish, 'auto'>;
  /** Who does. */
  readonly by?: string;
  /** When it lets calls through again, in milliseconds since the epoch. */
  readonly openUntilMs?: number;
  /** Attempts of the window that failed, of all its attempts. */
  readonly failures: number;
  readonly total: number;
}

export interface BreakerSetup {
  readonly options: BreakerOptions;
  /** Told of each change of state, after it. */
  readonly changed?: (from: BreakerState, to: BreakerState) => void;
  /** Milliseconds of a clock that does not go back. */
  readonly now?: () => number;
  /** At least 0 and below 1. */
  readonly random?: () => number;
}

/** What lets a call through: it is given back with the verdict. */
export type Pass = SlidingCounts | Probe | typeof unguarded;

const unguarded = Symbol('a pass of which nothing is counted');

/**
 * Refuses calls while too many fail. It counts over a sliding window while it is closed; when a
 * share of failures is reached it opens; after a while it lets some probes through, and closes if
 * all of them are answered. Each time one fails it stays open for twice as long.
 *
 * `cockatiel` has the states. Its own window is not used, since that keeps old counts while nothing
 * is called; nor its clock. It takes a cancelled probe for an answered one: ours goes back instead.
 */
export class Breaker {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #changed: BreakerSetup['changed'];
  #options: BreakerOptions;
  #policy: CircuitBreakerPolicy;
  #window: SlidingCounts;
  #state: BreakerState = 'closed';
  /** How often it has opened since it was closed. */
  #openings = 0;
  #openUntil = 0;
  /** How long the upstream has asked to be left alone, when it opens. */
  #askedMs = 0;
  #probes: Probe[] = [];
  #forced: { readonly to: Exclude<BreakerWish, 'auto'>; readonly by: string } | undefined;

  constructor({
    options,
    changed,
    now = () => performance.now(),
    random = Math.random,
  }: BreakerSetup) {
    this.#options = options;
    this.#changed = changed;
    this.#now = now;
    this.#random = random;
    this.#window = new SlidingCounts(options.window, now);
    this.#policy = this.#policyFor(undefined);
  }

  /** A pass for one call; undefined for one that is refused. */
  enter(): Pass | undefined {
    if (this.#forced !== undefined) return this.#forced.to === 'open' ? undefined : unguarded;
    if (this.#state === 'closed') return this.#options.enabled ? this.#window : unguarded;
    if (!this.#options.enabled) return unguarded;
    if (this.#state === 'open') {
      if (this.#now() < this.#openUntil) return undefined;
      this.#beginProbing();
    }
    return this.#probes.pop();
  }

  /** Takes note of how the call ended; resolves once the state is what follows from it. */
  leave(pass: Pass, { counts, retryAfterMs = 0 }: Verdict): Promise<void> | undefined {
    if (pass === unguarded) return undefined;
    if (pass instanceof Probe) return this.#probed(pass, counts, retryAfterMs);
    // What began before it opened says nothing of the time since.
    const isCounted = this.#state === 'closed' && pass === this.#window;
    if (!isCounted || counts === 'nothing') return undefined;
    if (counts === 'success') {
      pass.addFirst();
      return undefined;
    }
    pass.addSecond();
    return this.#isTooMuch ? this.#trip(retryAfterMs) : undefined;
  }

  /** True where a call would be refused. */
  get isOpen(): boolean {
    if (this.#forced !== undefined) return this.#forced.to === 'open';
    if (this.#state === 'closed' || !this.#options.enabled) return false;
    return this.#state === 'open' ? this.#now() < this.#openUntil : this.#probes.length === 0;
  }

  /** After which a call is worth another try; the least it can be where nobody knows. */
  get retryAfterMs(): number {
    const leftMs = this.#openUntil - this.#now();
    return Math.ceil(this.#state === 'open' && leftMs > 0 ? leftMs : this.#options.open.min);
  }

  get forced(): BreakerWish {
    return this.#forced?.to ?? 'auto';
  }

  /** Forced, it keeps the state that it has, and counts nothing. */
  force(wish: BreakerWish, by: string): void {
    this.#forced = wish === 'auto' ? undefined : { to: wish, by };
  }

  /**
   * Lives on under other options: it stays open for as long as it was to. Counts begin anew, and
   * so do probes.
   */
  configure(options: BreakerOptions): void {
    if (isDeepStrictEqual(options, this.#options)) return;
    this.#options = options;
    this.#window = new SlidingCounts(options.window, this.#now);
    this.#policy = this.#policyFor(this.#policy.toJSON());
    this.#probes = [];
    if (this.#state !== 'half-open') return;
    // The time for which it was open is over: the next call is the first of the new probes.
    this.#state = 'open';
    this.#changed?.('half-open', 'open');
  }

  state(): BreakerSnapshot {
    const { first: answered, second: failures } = this.#window;
    const openUntilMs = Math.round(Date.now() + this.#openUntil - this.#now());
    return {
      state: this.#state,
      ...(this.#forced && { forced: this.#forced.to, by: this.#forced.by }),
      ...(this.#state === 'open' && { openUntilMs }),
      failures,
      total: answered + failures,
    };
  }

  get #isTooMuch(): boolean {
    const { first: answered, second: failed } = this.#window;
    const { minRequests, failures } = this.#options;
    const total = answered + failed;
    return total >= minRequests && failed >= failures * total;
  }

  async #trip(retryAfterMs: number): Promise<void> {
    this.#askedMs = retryAfterMs;
    // The policy opens at the first failure that it is told of.
    await this.#policy.execute(fail).catch(ignore);
  }

  async #probed(probe: Probe, counts: Verdict['counts'], retryAfterMs: number): Promise<void> {
    if (probe.policy !== this.#policy) return;
    if (counts === 'nothing') {
      if (probe.opening === this.#openings) this.#probes.push(probe);
      return;
    }
    this.#askedMs = retryAfterMs;
    if (counts === 'success') probe.outcome.resolve();
    else probe.outcome.reject(new Error('The probe failed'));
    await probe.settled;
  }

  #beginProbing(): void {
    const policy = this.#policy;
    this.#probes = Array.from({ length: this.#options.probes }, () => {
      const outcome = Promise.withResolvers<void>();
      const settled = policy.execute(() => outcome.promise).catch(ignore);
      return new Probe(policy, this.#openings, outcome, settled);
    });
  }

  /** A new state machine, in the state that another one had. */
  #policyFor(initialState: unknown): CircuitBreakerPolicy {
    const policy = circuitBreaker(handleAll, {
      // Asked only when something failed: then it is decided already.
      breaker: { state: undefined, success: ignore, failure: () => true },
      // It is not asked before the time has come.
      halfOpenAfter: Number.NEGATIVE_INFINITY,
      halfOpenSampling: { calls: this.#options.probes, threshold: 0 },
      initialState,
    });
    policy.onStateChange((state) => {
      if (policy === this.#policy) this.#became(names[state]);
    });
    return policy;
  }

  #became(state: BreakerState): void {
    const from = this.#state;
    this.#state = state;
    if (state === 'open') this.#open();
    if (state === 'closed') {
      this.#openings = 0;
      this.#window = new SlidingCounts(this.#options.window, this.#now);
    }
    this.#changed?.(from, state);
  }

  #open(): void {
    const { min, max } = this.#options.open;
    const grownMs = Math.min(max, min * 2 ** this.#openings);
    const drawnMs = grownMs * (1 - 0.2 * this.#random());
    this.#openings += 1;
    this.#openUntil = this.#now() + Math.max(drawnMs, Math.min(max, this.#askedMs));
    this.#askedMs = 0;
    this.#probes = [];
  }
}

/** A call that is let through to see whether others may be. */
class Probe {
  readonly policy: CircuitBreakerPolicy;
  readonly opening: number;
  readonly outcome: PromiseWithResolvers<void>;
  readonly settled: Promise<void>;

  constructor(
    policy: CircuitBreakerPolicy,
    opening: number,
    outcome: PromiseWithResolvers<void>,
    settled: Promise<void>,
  ) {
    this.policy = policy;
    this.opening = opening;
    this.outcome = outcome;
    this.settled = settled;
  }
}

const names: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  // Nobody isolates it: what is forced is decided before the policy is asked.
  [CircuitState.Isolated]: 'open',
};

function fail(): Promise<never> {
  return Promise.reject(new Error('Too many calls failed'));
}

function ignore(): void {}
