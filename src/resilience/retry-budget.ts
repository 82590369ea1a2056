import { SlidingCounts } from '../lib/sliding-counts.ts';
import type { RetryOptions } from './options.ts';

/** What a budget has left, and of what. */
export interface BudgetSnapshot {
  /** Retries that are allowed at once. */
  readonly left: number;
  /** Calls, and retries of them, within the window. */
  readonly calls: number;
  readonly retries: number;
}

const windowSeconds = 10;

/**
 * Bounds retries by a share of the calls of the last ten seconds, or by so many a second where that
 * is more. Where everything fails, an upstream gets by that share more than it is asked for.
 */
export class RetryBudget {
  #options: Pick<RetryOptions, 'budget' | 'minPerSecond'>;
  readonly #counts: SlidingCounts;

  constructor(
    options: Pick<RetryOptions, 'budget' | 'minPerSecond'>,
    now = () => performance.now(),
  ) {
    this.#options = options;
    this.#counts = new SlidingCounts(windowSeconds * 1_000, now);
  }

  /** One more call, which is not a retry. */
  call(): void {
    this.#counts.addFirst();
  }

  /** Pays for one retry; false where there is nothing left to pay with. */
  take(): boolean {
    if (this.#left < 1) return false;
    this.#counts.addSecond();
    return true;
  }

  configure(options: Pick<RetryOptions, 'budget' | 'minPerSecond'>): void {
    this.#options = options;
  }

  state(): BudgetSnapshot {
    const { first: calls, second: retries } = this.#counts;
    return { left: Math.max(0, Math.floor(this.#left)), calls, retries };
  }

  get #left(): number {
    const { budget, minPerSecond } = this.#options;
    const { first: calls, second: retries } = this.#counts;
    // A share such as 20 % is not exact: 0.2 * 15 is 3, and a little more or less.
    return Math.max(minPerSecond * windowSeconds, budget * calls + 1e-9) - retries;
  }
}
