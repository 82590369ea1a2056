import { GatewayError } from '../errors.ts';
import type { Layer } from '../lib/call.ts';
import type { Bulkhead } from './bulkhead.ts';

export interface Bound {
  /** The name of what is called. */
  readonly upstream: string;
  readonly bulkhead: Bulkhead;
  /** Told of each call that is refused. */
  readonly refused?: () => void;
}

/** Lets as many calls be under way at once as `bulkhead` has room for; others wait, or are refused. */
export function bounded<Request, Answer>(bound: Bound): Layer<Request, Answer> {
  const { upstream, bulkhead, refused } = bound;
  const answered = (answer: Answer): Answer => {
    bulkhead.leave();
    return answer;
  };
  const failed = (thrown: unknown): never => {
    bulkhead.leave();
    throw thrown;
  };
  return (next) => (request, signal) => {
    if (bulkhead.isFull) {
      refused?.();
      return Promise.reject(rejection(upstream));
    }
    const room = bulkhead.enter(signal);
    if (room === undefined) return next(request, signal).then(answered, failed);
    return room.then(() => next(request, signal).then(answered, failed));
  };
}

function rejection(service: string): GatewayError {
  const message = `${service} is asked too much at once`;
  return new GatewayError('SUBGRAPH_CONCURRENCY_LIMITED', message, { extensions: { service } });
}
