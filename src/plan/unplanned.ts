import { isNativeError } from 'node:util/types';
import { GatewayError } from '../errors.ts';

/** The planner's own bounds on what fragments expand to; its errors have no codes. */
const tooMuch = /^(Exceeded maximum recursive|Number of non-local) selections/;

/** Why there is no plan. The planner recurses: what is too deep or too wide is the client's fault. */
export function unplanned(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  if (isNativeError(cause) && tooMuch.test(cause.message)) return tooLargeToPlan(cause);
  if (isNativeError(cause) && cause.name === 'RangeError') {
    const message = 'The document is nested too deeply';
    return new GatewayError('GRAPHQL_VALIDATION_FAILED', message, { cause });
  }
  return new GatewayError('QUERY_PLANNING_FAILED', 'The operation cannot be planned', { cause });
}

/** That a plan takes more than it may: memory, size, or paths to look at. */
export function tooLargeToPlan(cause?: unknown): GatewayError {
  const message = 'The operation selects more than can be planned';
  return new GatewayError('QUERY_PLAN_TOO_LARGE', message, { cause });
}
