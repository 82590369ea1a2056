import { SlidingCounts } from '../../lib/sliding-counts.ts';
import type { EjectOptions } from './options.ts';
import type { TargetState } from './target-state.ts';

/** Why a target is left alone. */
export type EjectionReason = 'consecutive failures' | 'failure rate';

/** A target that was ejected just now. */
export interface Ejection {
  readonly reason: EjectionReason;
  readonly forMs: number;
}

/** What one target's calls came to lately. */
class History {
  inARow = 0;
  /** How often it was ejected without long enough a time in between. */
  times = 0;
  lastEjectedMs = Number.NEGATIVE_INFINITY;
  /** Successes, and failures. */
  readonly counts: SlidingCounts;

  constructor(windowMs: number, now: () => number) {
    this.counts = new SlidingCounts(windowMs, now);
  }
}

/** Leaves targets alone that fail while others do not, never more than a share of them. */
export class Outliers {
  readonly #options: EjectOptions;
  readonly #now: () => number;
  readonly #records = new WeakMap<TargetState, History>();

  /** `now` is in milliseconds, of a clock that does not go back. */
  constructor(options: EjectOptions, now: () => number = performance.now.bind(performance)) {
    this.#options = options;
    this.#now = now;
  }

  succeeded(target: TargetState): void {
    const record = this.#recordOf(target);
    record.inARow = 0;
    record.counts.addFirst();
  }

  /** `all` are those that take the calls of each other. */
  failed(target: TargetState, all: readonly TargetState[]): Ejection | undefined {
    const record = this.#recordOf(target);
    record.inARow += 1;
    record.counts.addSecond();
    const reason = this.#reasonFor(record);
    if (reason === undefined || target.isEjected || !this.#mayEject(all)) return undefined;
    const forMs = this.#howLong(record);
    target.eject(forMs);
    // What it did before says nothing of how it does when it is back.
    const fresh = new History(this.#options.window, this.#now);
    fresh.times = record.times + 1;
    fresh.lastEjectedMs = this.#now() + forMs;
    this.#records.set(target, fresh);
    return { reason, forMs };
  }

  #reasonFor({ inARow, counts }: History): EjectionReason | undefined {
    const { after, failures, minRequests } = this.#options;
    if (inARow >= after) return 'consecutive failures';
    const calls = counts.first + counts.second;
    const isHigh = calls >= minRequests && counts.second >= failures * calls;
    return isHigh ? 'failure rate' : undefined;
  }

  #mayEject(all: readonly TargetState[]): boolean {
    const ejected = all.filter(({ isEjected }) => isEjected).length;
    return ejected + 1 <= Math.floor(this.#options.max * all.length);
  }

  /** Doubles each time, unless it did well for as long as it may be left alone at most. */
  #howLong(record: History): number {
    const { min, max } = this.#options.for;
    if (this.#now() - record.lastEjectedMs > max) record.times = 0;
    return Math.min(max, min * 2 ** record.times);
  }

  #recordOf(target: TargetState): History {
    const known = this.#records.get(target);
    if (known !== undefined) return known;
    const current = new History(this.#options.window, this.#now);
    this.#records.set(target, current);
    return current;
  }
}
