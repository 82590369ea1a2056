import { GatewayError } from '../errors.ts';
import type { Layer } from '../lib/call.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import type { Breaker } from './breaker.ts';
import { ranOutOfTime } from './deadline.ts';
import { type Judge, unrelated, type Verdict } from './verdict.ts';

export interface Guard<Answer> {
  /** The name of what is called. */
  readonly upstream: string;
  readonly breaker: Breaker;
  readonly judge: Judge<Answer>;
  /** Told of each call that is refused. */
  readonly refused?: () => void;
  /** The error that a caller gets then. */
  readonly refusal?: (upstream: string, retryAfterMs: number) => GatewayError;
}

/** Refuses calls while `breaker` is open, and tells it how the others end. */
export function guarded<Request, Answer>(guard: Guard<Answer>): Layer<Request, Answer> {
  const { upstream, breaker, judge, refused, refusal = rejection } = guard;
  return (next) => (request, signal) => {
    const pass = breaker.enter();
    if (pass === undefined) {
      refused?.();
      return Promise.reject(refusal(upstream, breaker.retryAfterMs));
    }
    return next(request, signal).then(
      (answer) => {
        const settled = breaker.leave(pass, judge.answered(answer));
        return settled === undefined ? answer : settled.then(() => answer);
      },
      async (thrown: unknown) => {
        await breaker.leave(pass, verdictOf(thrown, signal, guard));
        throw thrown;
      },
    );
  };
}

/** What a call that was given up says: nothing, unless the upstream's own time was over. */
function verdictOf<Answer>(
  thrown: unknown,
  signal: Cancellation,
  { upstream, judge }: Guard<Answer>,
): Verdict {
  if (!signal.aborted) return judge.failed(thrown);
  return ranOutOfTime(signal.reason, upstream) ? judge.failed(signal.reason) : unrelated;
}

/** The error of a call that is not let through to `service`. */
export function rejection(service: string, retryAfterMs: number): GatewayError {
  const message = `${service} is not called at present: too many calls failed`;
  const extensions = { service, retryAfterMs };
  return new GatewayError('SUBGRAPH_CIRCUIT_BREAKER_REJECTED', message, { extensions });
}
