import type { MediaType, Reply } from '../context.ts';
import type { GatewayError } from '../errors.ts';

/** What the reply to a failed request has to know about the client. */
export interface ReplyTarget {
  readonly mediaType: MediaType;
  /** True when a well-formed request is answered with 200 whatever became of it. */
  readonly alwaysOk: boolean;
  /** The request id, when the request came far enough to get one. */
  readonly id?: string;
}

/** Makes the reply to a request that failed; it alone decides the wording of error bodies. */
export type Fail = (error: GatewayError, target: ReplyTarget) => Reply;

/** For a client of which nothing is known yet: JSON with the failure's own status. */
export const plainTarget: ReplyTarget = { mediaType: 'application/json', alwaysOk: false };
