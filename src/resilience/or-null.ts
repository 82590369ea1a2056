import { GatewayError, ToleratedError } from '../errors.ts';
import type { Layer } from '../lib/call.ts';

/**
 * Marks what fails for the upstream's own sake: whoever asked may go on without, and need not tell.
 * Only for calls that change nothing: of others, one has to know that they failed.
 */
export function orNull<Request, Answer>(
  isRepeatable: (request: Request) => boolean,
  tolerated?: () => void,
): Layer<Request, Answer> {
  return (next) => async (request, signal) => {
    try {
      return await next(request, signal);
    } catch (thrown) {
      if (signal.aborted || !isRepeatable(request)) throw thrown;
      if (!(thrown instanceof GatewayError) || thrown.fault !== 'subgraph') throw thrown;
      tolerated?.();
      throw new ToleratedError(thrown);
    }
  };
}
