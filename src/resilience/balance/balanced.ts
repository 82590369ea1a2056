import type { Call } from '../../lib/call.ts';
import type { Judge, Verdict } from '../verdict.ts';
import type { Algorithm } from './algorithm.ts';
import type { Ejection, Outliers } from './outliers.ts';
import type { TargetState } from './target-state.ts';
import { accepting, untried, usable } from './usable.ts';

/** A request that knows which targets were tried for it. */
export interface Retryable {
  readonly tried?: Set<string> | undefined;
}

/** How targets are chosen, and what is made of how they do. */
export interface Balancing<Request, Answer> {
  /** Those that may be chosen for this request, as they are now. */
  readonly targets: (request: Request) => readonly TargetState[];
  readonly callOf: (target: TargetState) => Call<Request, Answer> | undefined;
  readonly algorithm: Algorithm;
  readonly keyOf?: ((request: Request) => string | undefined) | undefined;
  /** Where fewer than this share of the targets are fine, all are called. */
  readonly panicShare: number;
  readonly outliers?: Outliers | undefined;
  /** Whether a call would be refused, whatever its target is like. */
  readonly refuses: (target: TargetState) => boolean;
  readonly judge: Judge<Answer>;
  /** Whether a call was ended since it took too long; else its caller has left. */
  readonly ranOutOfTime: (reason: unknown) => boolean;
  readonly ejected: (target: TargetState, ejection: Ejection) => void;
  /** Is told of each call that has ended. */
  readonly settled: (target: TargetState) => void;
  /** The error for a request that no target can be called for. */
  readonly noTarget: (request: Request) => Error;
  /** In milliseconds, of a clock that does not go back. */
  readonly now?: () => number;
}

/** Sends each request to one of several targets. */
export function balanced<Request extends Retryable, Answer>(
  balancing: Balancing<Request, Answer>,
): Call<Request, Answer> {
  const { now = performance.now.bind(performance) } = balancing;
  return async (request, signal) => {
    const all = balancing.targets(request);
    const target = choose(balancing, all, request);
    const call = target && balancing.callOf(target);
    if (target === undefined || call === undefined) throw balancing.noTarget(request);
    request.tried?.add(target.id);
    target.picks += 1;
    target.inFlight += 1;
    const begunMs = now();
    let outcome: Verdict['counts'] = 'nothing';
    try {
      const answer = await call(request, signal);
      outcome = balancing.judge.answered(answer).counts;
      return answer;
    } catch (thrown) {
      if (!signal.aborted) outcome = balancing.judge.failed(thrown).counts;
      else if (balancing.ranOutOfTime(signal.reason)) outcome = 'failure';
      throw thrown;
    } finally {
      target.inFlight -= 1;
      settle(balancing, { target, all, outcome, tookMs: now() - begunMs });
      balancing.settled(target);
    }
  };
}

function choose<Request extends Retryable, Answer>(
  { algorithm, keyOf, panicShare, refuses }: Balancing<Request, Answer>,
  all: readonly TargetState[],
  request: Request,
): TargetState | undefined {
  const open = accepting(untried(usable(all, panicShare), request.tried), refuses);
  return open.length > 1 ? algorithm.pick(open, keyOf?.(request)) : open[0];
}

interface Settled {
  readonly target: TargetState;
  readonly all: readonly TargetState[];
  readonly outcome: Verdict['counts'];
  readonly tookMs: number;
}

function settle<Request, Answer>(
  { outliers, ejected }: Balancing<Request, Answer>,
  { target, all, outcome, tookMs }: Settled,
): void {
  if (outcome === 'nothing') return;
  // One that refuses at once is not fast: only answers tell how long it takes.
  if (outcome === 'success') {
    target.observe(tookMs);
    outliers?.succeeded(target);
    return;
  }
  target.failures += 1;
  const ejection = outliers?.failed(target, all);
  if (ejection !== undefined) ejected(target, ejection);
}
