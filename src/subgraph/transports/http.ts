import { type HttpClient, HttpError, type HttpFailure } from '../../clients/http.ts';
import type { SubgraphAnswer, SubgraphRequest } from '../../context.ts';
import type { ErrorCode, GatewayError } from '../../errors.ts';
import type { Call } from '../../lib/call.ts';
import { longestAtOnce, readAnswer, readLongAnswer, subgraphFailure } from '../answer.ts';
import { requestBody } from '../request.ts';

/** What our own protocol says to a subgraph; no rule takes the place of these. */
const protocolHeaders = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
  'accept-encoding': 'gzip, br',
} as const;

export interface HttpTarget {
  readonly url: URL;
  /** Most objects and lists within each other that are accepted of an answer. */
  readonly maxDepth: number;
  /** Counts the calls, where nothing above chooses targets and does so. */
  readonly counts?: TargetCounts;
}

/** What is counted of a target that has no others beside it. */
export interface TargetCounts {
  picks: number;
  inFlight: number;
  failures: number;
  /** Then it is not called at all. */
  readonly isDraining: boolean;
}

/** Speaks GraphQL over HTTP to the subgraph at `url`: always POST, never a redirect. */
export function httpTransport(
  client: HttpClient,
  { url, maxDepth, counts }: HttpTarget,
): Call<SubgraphRequest, SubgraphAnswer> {
  return async (request, signal) => {
    const { subgraph } = request;
    const headers = { ...request.headers, ...protocolHeaders };
    const isIdempotent = request.kind === 'query';
    const post = { method: 'POST', headers, body: requestBody(request), isIdempotent } as const;
    if (counts !== undefined) begin(counts, subgraph);
    try {
      const answer = await client.request(url, post, signal);
      if (answer.body.length <= longestAtOnce) return readAnswer(subgraph, answer, maxDepth);
      return await readLongAnswer(subgraph, answer, maxDepth, signal);
    } catch (thrown) {
      if (counts !== undefined && !signal.aborted) counts.failures += 1;
      if (!(thrown instanceof HttpError)) throw thrown;
      const [code, what] = failures[thrown.failure];
      throw subgraphFailure(code, subgraph, what, thrown);
    } finally {
      if (counts !== undefined) counts.inFlight -= 1;
    }
  };
}

function begin(counts: TargetCounts, subgraph: string): void {
  if (counts.isDraining) throw noTarget(subgraph);
  counts.picks += 1;
  counts.inFlight += 1;
}

/** The failure of a subgraph that has no target which may be called. */
export function noTarget(subgraph: string): GatewayError {
  const [code] = failures.unresolved;
  const cause = new HttpError('unresolved');
  return subgraphFailure(code, subgraph, 'has no target that is called at present', cause);
}

/** What a client may read of it: the kind of failure, and nothing of addresses or bodies. */
const failures: Readonly<Record<HttpFailure, readonly [ErrorCode, string]>> = {
  refused: ['SUBREQUEST_HTTP_ERROR', 'refused the connection'],
  unresolved: ['SUBREQUEST_HTTP_ERROR', 'has an address that could not be resolved'],
  'connect-timeout': ['GATEWAY_TIMEOUT', 'did not accept a connection in time'],
  certificate: ['SUBREQUEST_HTTP_ERROR', 'could not be reached over a trusted TLS connection'],
  reset: ['SUBREQUEST_HTTP_ERROR', 'closed the connection before it had answered'],
  'not-http': ['SUBREQUEST_HTTP_ERROR', 'did not answer in HTTP'],
  'too-large': ['SUBREQUEST_MALFORMED_RESPONSE', 'answered with more bytes than are accepted'],
  encoding: ['SUBREQUEST_MALFORMED_RESPONSE', 'answered with a body that cannot be decompressed'],
  failed: ['SUBREQUEST_HTTP_ERROR', 'could not be reached'],
};
