import type { Call, Layer } from '../lib/call.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { pause } from '../lib/pause.ts';
import type { RetryOptions } from './options.ts';
import type { RetryBudget } from './retry-budget.ts';
import { type Judge, refused, type Verdict } from './verdict.ts';

/** What became of a retry, or why there was none. */
export type RetryOutcome = 'recovered' | 'failed' | 'no_budget' | 'no_time';

export interface Retrying<Request, Answer> {
  readonly options: RetryOptions;
  readonly budget: RetryBudget;
  /** How long all attempts may take together, in milliseconds: no pause goes beyond it. */
  readonly totalTimeoutMs: number;
  readonly judge: Judge<Answer>;
  /** True for what may be done twice without harm. */
  readonly isRepeatable: (request: Request) => boolean;
  /** The request as it is sent: it remembers what was tried, where there is a choice. */
  readonly prepare?: (request: Request) => Request;
  readonly done?: (outcome: RetryOutcome) => void;
  /** At least 0 and below 1. */
  readonly random?: () => number;
}

/** How an attempt ended. */
interface End<Answer> {
  readonly verdict: Verdict;
  /** Gives the answer, or throws. */
  readonly result: () => Answer;
}

/**
 * Makes a failed call once more, as far as that does no harm, the budget pays for it and there is
 * time. It waits between attempts: as long as the upstream asks, and a random time that may double.
 */
export function retried<Request, Answer>(
  retrying: Retrying<Request, Answer>,
): Layer<Request, Answer> {
  const { options, budget, judge, prepare, totalTimeoutMs } = retrying;
  if (options.max === 0) return (next) => next;
  return (next) => (asked, signal) => {
    budget.call();
    const startedMs = performance.now();
    const request = prepare === undefined ? asked : prepare(asked);
    const after = (first: End<Answer>) => {
      const call = new Retries(next, request, retrying, startedMs + totalTimeoutMs);
      return call.after(first, signal);
    };
    return next(request, signal).then(
      (answer) => {
        const verdict = judge.answered(answer);
        return verdict.retry === 'never' ? answer : after({ verdict, result: () => answer });
      },
      (thrown: unknown) => after(ended(thrown, signal, judge)),
    );
  };
}

/** The further attempts at one call. */
class Retries<Request, Answer> {
  readonly #next: Call<Request, Answer>;
  readonly #request: Request;
  readonly #retrying: Retrying<Request, Answer>;
  readonly #untilMs: number;

  constructor(
    next: Call<Request, Answer>,
    request: Request,
    retrying: Retrying<Request, Answer>,
    untilMs: number,
  ) {
    this.#next = next;
    this.#request = request;
    this.#retrying = retrying;
    this.#untilMs = untilMs;
  }

  async after(first: End<Answer>, signal: Cancellation): Promise<Answer> {
    const { options, budget, done } = this.#retrying;
    let last = first;
    for (let retries = 0; retries < options.max && this.#mayRetry(last); retries += 1) {
      const pauseMs = this.#pauseMs(retries, last.verdict);
      if (performance.now() + pauseMs >= this.#untilMs) {
        done?.('no_time');
        break;
      }
      if (!budget.take()) {
        done?.('no_budget');
        break;
      }
      await pause(pauseMs, signal);
      const end = await this.#attempt(signal);
      const { counts, retry } = end.verdict;
      done?.(counts === 'success' && retry === 'never' ? 'recovered' : 'failed');
      // Why the one before failed says more than that this one was not let through.
      if (end.verdict === refused) break;
      last = end;
    }
    return last.result();
  }

  #mayRetry({ verdict }: End<Answer>): boolean {
    if (verdict.retry === 'unsent') return true;
    return verdict.retry === 'repeatable' && this.#retrying.isRepeatable(this.#request);
  }

  /** Full jitter: anything up to the bound, unless the upstream has asked for more. */
  #pauseMs(retries: number, { retryAfterMs = 0 }: Verdict): number {
    const { options, random = Math.random } = this.#retrying;
    const { min, max } = options.backoff;
    return Math.max(retryAfterMs, random() * Math.min(max, min * 2 ** retries));
  }

  async #attempt(signal: Cancellation): Promise<End<Answer>> {
    const { judge } = this.#retrying;
    try {
      const answer = await this.#next(this.#request, signal);
      return { verdict: judge.answered(answer), result: () => answer };
    } catch (thrown) {
      return ended(thrown, signal, judge);
    }
  }
}

/** An abort ends everything: it is thrown at once. */
function ended<Answer>(thrown: unknown, signal: Cancellation, judge: Judge<Answer>): End<Answer> {
  if (signal.aborted) throw thrown;
  return {
    verdict: judge.failed(thrown),
    result: () => {
      throw thrown;
    },
  };
}
