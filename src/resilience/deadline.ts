import { GatewayError } from '../errors.ts';
import type { Layer } from '../lib/call.ts';
import { Deadline } from '../lib/deadline.ts';

/** Gives up on `subgraph` after `timeoutMs`, counted over all attempts below. */
export function deadline<Request, Answer>(
  subgraph: string,
  timeoutMs: number,
): Layer<Request, Answer> {
  return (next) => async (request, signal) => {
    using limit = new Deadline(signal, timeoutMs);
    try {
      return await next(request, limit.signal);
    } catch (cause) {
      if (!limit.expired) throw cause;
      const message = `${subgraph} did not answer within ${timeoutMs} ms`;
      const extensions = { service: subgraph };
      throw new GatewayError('GATEWAY_TIMEOUT', message, { cause, extensions });
    }
  };
}
