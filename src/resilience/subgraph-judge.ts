import { HttpError } from '../clients/http.ts';
import type { SubgraphAnswer } from '../context.ts';
import { GatewayError } from '../errors.ts';
import { HttpStatusError } from '../lib/http-status-error.ts';
import { parseRetryAfter } from '../lib/retry-after.ts';
import { hasStatus, type ResilienceOptions } from './options.ts';
import { TargetRefusal } from './target-refusal.ts';
import { elsewhere, fine, type Judge, refused, unrelated, type Verdict } from './verdict.ts';

/**
 * What the ends of subgraph calls mean. An answer with errors in GraphQL is an answer, unless the
 * options say otherwise, and so is one that cannot be read: the subgraph is there.
 */
export function subgraphJudge(
  options: Pick<ResilienceOptions, 'retry' | 'breaker'>,
): Judge<SubgraphAnswer> {
  const { graphqlErrors } = options.breaker;
  return {
    answered(answer) {
      const { status, headers, data, errors } = answer;
      if (status >= 400) {
        const { counts, retry, retryAfterMs } = ofStatus(status, headers['retry-after'], options);
        // Data that came along is as good as any.
        return { counts, retry: data === null ? retry : 'never', retryAfterMs };
      }
      return graphqlErrors && data === null && errors.length > 0 ? unhelpful : fine;
    },
    failed(thrown) {
      if (thrown instanceof TargetRefusal) return elsewhere;
      if (!(thrown instanceof GatewayError)) return unrelated;
      const { cause, code } = thrown;
      if (cause instanceof HttpStatusError) {
        return ofStatus(cause.status, cause.headers['retry-after'], options);
      }
      if (cause instanceof HttpError) return ofFailure(cause);
      if (code === 'GATEWAY_TIMEOUT') return slow;
      return isRefusal(thrown) ? refused : ofOther(thrown);
    },
  };
}

const slow: Verdict = { counts: 'failure', retry: 'repeatable' };
const unsent: Verdict = { counts: 'failure', retry: 'unsent' };
const unhelpful: Verdict = { counts: 'failure', retry: 'never' };

function ofStatus(
  status: number,
  retryAfter: string | undefined,
  { retry, breaker }: Pick<ResilienceOptions, 'retry' | 'breaker'>,
): Verdict {
  return {
    counts: hasStatus(breaker.statuses, status) ? 'failure' : 'success',
    retry: hasStatus(retry.statuses, status) ? 'repeatable' : 'never',
    retryAfterMs: parseRetryAfter(retryAfter),
  };
}

function ofFailure(error: HttpError): Verdict {
  switch (error.failure) {
    case 'refused':
    case 'unresolved':
      return unsent;
    case 'connect-timeout':
      return wasConnecting(error.cause) ? unsent : slow;
    case 'certificate':
      return unhelpful;
    case 'too-large':
    case 'encoding':
      return fine;
    default:
      return slow;
  }
}

/** A connection that was open may time out too, when the other end is gone: then much was sent. */
function wasConnecting(cause: unknown): boolean {
  if (typeof cause !== 'object' || cause === null) return false;
  if ('code' in cause && cause.code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  if ('errors' in cause && Array.isArray(cause.errors)) return cause.errors.every(wasConnecting);
  return 'syscall' in cause && cause.syscall === 'connect';
}

function isRefusal({ code }: GatewayError): boolean {
  return code === 'SUBGRAPH_CIRCUIT_BREAKER_REJECTED' || code === 'SUBGRAPH_CONCURRENCY_LIMITED';
}

function ofOther({ fault }: GatewayError): Verdict {
  return fault === 'subgraph' ? fine : unrelated;
}
