import { GatewayError } from '../errors.ts';
import type { Layer } from '../lib/call.ts';
import { Deadline } from '../lib/deadline.ts';

/** Gives up on `upstream` after `timeoutMs`, counted over all attempts below. */
export function deadline<Request, Answer>(
  upstream: string,
  timeoutMs: number,
): Layer<Request, Answer> {
  const late = (): GatewayError => tookTooLong(upstream, timeoutMs);
  return (next) => (request, signal) => {
    const limit = new Deadline(signal, timeoutMs, late);
    return next(request, limit.signal).then(
      (answer) => {
        limit[Symbol.dispose]();
        return answer;
      },
      (cause: unknown) => {
        limit[Symbol.dispose]();
        // Whatever the calls below made of it: it is the time that was over.
        throw limit.expired && cause !== limit.signal.reason
          ? tookTooLong(upstream, timeoutMs, cause)
          : cause;
      },
    );
  };
}

/** True for the reason of an abort that came since the time for `upstream` was over. */
export function ranOutOfTime(reason: unknown, upstream: string): boolean {
  if (!(reason instanceof GatewayError) || reason.code !== 'GATEWAY_TIMEOUT') return false;
  return reason.extensions['service'] === upstream;
}

function tookTooLong(service: string, timeoutMs: number, cause?: unknown): GatewayError {
  const message = `${service} did not answer within ${timeoutMs} ms`;
  return new GatewayError('GATEWAY_TIMEOUT', message, { cause, extensions: { service } });
}

/** Leaves `layer` out for what is not made again: its outcome has to be waited for. */
export function whereRepeatable<Request, Answer>(
  isRepeatable: (request: Request) => boolean,
  layer: Layer<Request, Answer>,
): Layer<Request, Answer> {
  return (next) => {
    const within = layer(next);
    return (request, signal) =>
      isRepeatable(request) ? within(request, signal) : next(request, signal);
  };
}
