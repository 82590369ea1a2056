import { isUtf8 } from 'node:buffer';
import type { HttpAnswer } from '../clients/http.ts';
import type { SubgraphAnswer, SubgraphErrorBody } from '../context.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import { isObject, type JsonObject } from '../lib/own.ts';

/**
 * Reads a GraphQL response out of an HTTP one: GraphQL October 2021, section 7.1. A status other
 * than 2xx is a failure only where the body is not such a response (GraphQL over HTTP, 6.4.2).
 */
export function readAnswer(subgraph: string, http: HttpAnswer): SubgraphAnswer {
  const body = parseBody(http);
  if (isResponse(body)) return toAnswer(subgraph, http, body);
  if (http.status < 200 || http.status > 299) {
    const extensions = { service: subgraph, http: { status: http.status } };
    const message = `${subgraph} answered with HTTP status ${http.status}`;
    throw new GatewayError('SUBREQUEST_HTTP_ERROR', message, { extensions });
  }
  if (body === undefined) throw malformed(subgraph, notJson(http));
  throw malformed(subgraph, 'answered with JSON that is not a GraphQL response');
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

function malformed(subgraph: string, what: string): GatewayError {
  return subgraphFailure('SUBREQUEST_MALFORMED_RESPONSE', subgraph, what);
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

function toAnswer(subgraph: string, http: HttpAnswer, body: JsonObject): SubgraphAnswer {
  const { data, errors, extensions } = body;
  return {
    status: http.status,
    headers: http.headers,
    data: isObject(data) ? data : null,
    errors: Array.isArray(errors) ? errors.map((error) => toError(subgraph, error)) : [],
    extensions: isObject(extensions) ? extensions : {},
  };
}

function toError(subgraph: string, error: unknown): SubgraphErrorBody {
  const { message, path, extensions } = isObject(error) ? error : {};
  return {
    message: typeof message === 'string' ? message : `${subgraph} reported an error`,
    path: isPath(path) ? path : undefined,
    extensions: isObject(extensions) ? extensions : {},
  };
}

function isPath(path: unknown): path is (string | number)[] {
  return (
    Array.isArray(path) &&
    path.length > 0 &&
    path.every((key) => typeof key === 'string' || Number.isInteger(key))
  );
}
