import type { Layer } from '../../lib/call.ts';
import type { Cancellation } from '../../lib/cancellation.ts';
import { Deadline } from '../../lib/deadline.ts';
import type { Random } from './algorithm.ts';

/** Where copies of calls go, and how many. */
export interface Mirroring<Request> {
  /** Sends a copy; what comes of it is nobody's concern. */
  readonly send: (request: Request, signal: Cancellation) => Promise<unknown>;
  readonly mayCopy: (request: Request) => boolean;
  /** The share of calls that are copied, from 0 to 1. */
  readonly share: number;
  /** Most copies under way; calls beyond are not copied. */
  readonly max: number;
  /** How long a copy may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the copies that are under way. */
  readonly life: AbortSignal;
  readonly random?: Random;
}

/** Sends copies of calls elsewhere. The calls do not wait for them, and do not notice them. */
export function mirrored<Request, Answer>(mirroring: Mirroring<Request>): Layer<Request, Answer> {
  const { mayCopy, share, max, random = Math.random } = mirroring;
  let underWay = 0;
  const copy = async (request: Request): Promise<void> => {
    underWay += 1;
    using limit = new Deadline(mirroring.life, mirroring.timeoutMs);
    try {
      await mirroring.send(request, limit.signal);
    } catch {
      // A mirror is there to be tried: it may fail in any way.
    } finally {
      underWay -= 1;
    }
  };
  return (next) => (request, signal) => {
    const answer = next(request, signal);
    if (underWay < max && mayCopy(request) && random() < share) void copy(request);
    return answer;
  };
}
