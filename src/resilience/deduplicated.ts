import type { Layer } from '../lib/call.ts';
import { type FlightControl, type Landed, SingleFlight } from '../lib/single-flight.ts';

export interface Deduplication<Request, Answer> {
  /**
   * Equal for requests that get the same answer, if their scopes are equal too; undefined for one
   * that is never shared.
   */
  readonly keyOf: (request: Request) => string | undefined;
  readonly scopeOf: (request: Request) => string;
  /** A copy for each of several who asked: what they do with it is nobody else's. */
  readonly copy: (answer: Answer) => Answer;
}

/**
 * Has equal requests that are under way at the same time share one call. Whoever leaves takes it
 * from nobody else; the call ends when the last has left.
 */
export function deduplicated<Request, Answer>({
  keyOf,
  scopeOf,
  copy,
}: Deduplication<Request, Answer>): Layer<Request, Answer> {
  return (next) => {
    const flights = new SingleFlight<Answer>({ endsWithLastWaiter: true });
    const own = ({ answer, isCommon }: Landed<Answer>) => (isCommon ? copy(answer) : answer);
    return (request, signal) => {
      const key = keyOf(request);
      if (key === undefined) return next(request, signal);
      const call = (control: FlightControl) => next(request, control.signal);
      return flights.join(key, call, signal, scopeOf(request)).then(own);
    };
  };
}
