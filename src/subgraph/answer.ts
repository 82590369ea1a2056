import { isUtf8 } from 'node:buffer';
import type { HttpAnswer } from '../clients/http.ts';
import type { SubgraphAnswer } from '../context.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { HttpStatusError } from '../lib/http-status-error.ts';
import { inSlices, type Steps } from '../lib/in-slices.ts';
import { isObject, type JsonObject } from '../lib/own.ts';
import { isDeeper, isDeeperText } from './depth.ts';
import { readErrors } from './error-body.ts';
import { parseLong } from './long-json.ts';

/** Most objects and lists within each other that are accepted unless it is said otherwise. */
export const defaultDepth = 500;

/**
 * Reads a GraphQL response out of an HTTP one: GraphQL October 2021, section 7.1. A status other
 * than 2xx is a failure only where the body is not such a response (GraphQL over HTTP, 6.4.2).
 * What has more than `depth` objects and lists within each other is refused.
 */
export function readAnswer(
  subgraph: string,
  http: HttpAnswer,
  depth = defaultDepth,
): SubgraphAnswer {
  const { length } = http.body;
  if (length > longestUnread && isDeeperText(http.body, depth)) throw tooDeep(subgraph);
  const body = parseBody(http);
  // Each level takes a bracket at either end: what is short is not looked at.
  const isOpen = length > 2 * depth && length <= longestUnread;
  if (isOpen && isDeeper(body, depth)) throw tooDeep(subgraph);
  return responseIn(subgraph, http, body);
}

/** Longest answer that `readAnswer` is for, in bytes: the thread does nothing else meanwhile. */
export const longestAtOnce = 1_000_000;
/** How long the thread is kept at a time by a longer one, in milliseconds. */
const sliceMs = 5;

/** The same for a long answer, which others need not wait for. */
export async function readLongAnswer(
  subgraph: string,
  http: HttpAnswer,
  depth: number,
  signal: Cancellation,
): Promise<SubgraphAnswer> {
  if (!isUtf8(http.body)) return responseIn(subgraph, http, undefined);
  return responseIn(subgraph, http, await parseInSlices(subgraph, http.body, depth, signal));
}

async function parseInSlices(
  subgraph: string,
  body: Buffer,
  depth: number,
  signal: Cancellation,
): Promise<unknown> {
  try {
    return await inSlices(untilAborted(parseLong(body, depth), signal), sliceMs);
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof RangeError) throw tooDeep(subgraph);
    return undefined;
  }
}

function* untilAborted(steps: Steps<unknown>, signal: Cancellation): Steps<unknown> {
  for (;;) {
    signal.throwIfAborted();
    const step = steps.next();
    if (step.done === true) return step.value;
    yield;
  }
}

function responseIn(subgraph: string, http: HttpAnswer, body: unknown): SubgraphAnswer {
  if (isResponse(body)) return toAnswer(subgraph, http, body);
  if (http.status < 200 || http.status > 299) {
    const extensions = { service: subgraph, http: { status: http.status } };
    const message = `${subgraph} answered with HTTP status ${http.status}`;
    const cause = new HttpStatusError(http.status, http.headers, { cause: beginning(http) });
    throw new GatewayError('SUBREQUEST_HTTP_ERROR', message, { extensions, cause });
  }
  const what =
    body === undefined ? notJson(http) : 'answered with JSON that is not a GraphQL response';
  throw malformed(subgraph, what, beginning(http));
}

/** How much of a body that is no answer is kept for the log, in bytes. */
const keptBytes = 500;

function beginning({ body }: HttpAnswer): Error {
  return new Error(`The body begins with ${JSON.stringify(body.toString('utf8', 0, keptBytes))}`);
}

/** Longest body that is parsed without a look at its depth before, in bytes. */
const longestUnread = 250_000;

function tooDeep(subgraph: string): GatewayError {
  return malformed(subgraph, 'answered with data that is nested too deeply');
}

/** A failure of `subgraph` itself, told in our own words. */
export function subgraphFailure(
  code: ErrorCode,
  subgraph: string,
  what: string,
  cause?: unknown,
): GatewayError {
  const extensions = { service: subgraph };
  return new GatewayError(code, `${subgraph} ${what}`, { extensions, cause });
}

function malformed(subgraph: string, what: string, cause?: unknown): GatewayError {
  return subgraphFailure('SUBREQUEST_MALFORMED_RESPONSE', subgraph, what, cause);
}

/** The parsed body; undefined when it is not JSON, which is UTF-8 (RFC 8259, section 8.1). */
function parseBody({ body }: HttpAnswer): unknown {
  if (!isUtf8(body)) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function notJson({ headers, body }: HttpAnswer): string {
  if (body.length === 0) return 'answered with an empty body';
  const html = headers['content-type']?.includes('html') === true;
  return html ? 'answered with HTML instead of JSON' : 'answered with a body that is not JSON';
}

/** `data` that is an object or null, `errors` that is a list, and at least one of the two. */
function isResponse(body: unknown): body is JsonObject {
  if (!isObject(body)) return false;
  const { data = null, errors = [] } = body;
  if (data !== null && !isObject(data)) return false;
  if (errors !== null && !Array.isArray(errors)) return false;
  return data !== null || (errors !== null && errors.length > 0);
}

const backslash = 0x5c;

function toAnswer(subgraph: string, http: HttpAnswer, body: JsonObject): SubgraphAnswer {
  const { data, errors, extensions } = body;
  return {
    status: http.status,
    headers: http.headers,
    data: isObject(data) ? data : null,
    // Without one, nothing is escaped in the body, and whatever had to be would be (RFC 8259, 7).
    isPlain: !http.body.includes(backslash),
    errors: readErrors(subgraph, errors),
    extensions: isObject(extensions) ? extensions : {},
  };
}
