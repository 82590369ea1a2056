import { GatewayError } from '../../../errors.ts';
import type { Cancellation } from '../../../lib/cancellation.ts';

/** After which time a client may try again, in seconds. */
const retryAfterS = 1;

/** What a store answers. Where it does not, nobody can tell who calls, and nobody is let in. */
export async function asked<Answer>(
  question: Promise<Answer>,
  signal: Cancellation,
): Promise<Answer> {
  try {
    return await question;
  } catch (cause) {
    signal.throwIfAborted();
    throw retryLater('Sessions cannot be looked up at the moment', cause);
  }
}

/** Nobody can tell whether a session is good: then it is not taken, and is not lost either. */
export function retryLater(message: string, cause?: unknown): GatewayError {
  const headers = { 'retry-after': `${retryAfterS}` };
  return new GatewayError('SERVICE_UNAVAILABLE', message, { cause, headers });
}
