import type { IncomingMessage } from 'node:http';
import { MIMEType } from 'node:util';
import type { GraphQLRequest } from '../context.ts';
import { GatewayError } from '../errors.ts';

/** What a request asks for (GraphQL over HTTP, section 5). */
export type Parameters = Pick<
  GraphQLRequest,
  'query' | 'documentId' | 'operationName' | 'variables' | 'extensions'
>;

const names = ['query', 'documentId', 'operationName', 'variables', 'extensions'] as const;

/**
 * Throws unless a POST says that its body is JSON in UTF-8. This is also what keeps other sites
 * out: a browser asks first before it sends this type to a foreign site.
 */
export function requireJson(contentType: string | undefined): void {
  if (contentType === 'application/json') return;
  const type = parseType(contentType);
  if (type?.essence !== 'application/json') {
    const message = 'A POST request needs the Content-Type application/json';
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', message);
  }
  const charset = type.params.get('charset') ?? 'utf-8';
  if (!/^utf-?8$/i.test(charset)) {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'The only charset for JSON is UTF-8');
  }
}

function parseType(contentType = ''): MIMEType | undefined {
  try {
    return new MIMEType(contentType);
  } catch {
    return undefined;
  }
}

/** The JSON value of a request body. A key `__proto__` becomes an ordinary property. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('BAD_REQUEST', 'Invalid JSON in the request body', { cause });
  }
}

/** The parameters of a POST body, or of one entry of a batch. `null` stands for absent. */
export function fromBody(body: unknown): Parameters {
  if (!isObject(body)) throw invalid('The request body is not a JSON object');
  const { query, documentId, operationName, variables, extensions } = body;
  if (query !== undefined && typeof query !== 'string') throw invalid('`query` is not a string');
  return required({
    query,
    documentId: optionalString('documentId', documentId),
    operationName: optionalString('operationName', operationName),
    variables: optionalObject('variables', variables),
    extensions: optionalObject('extensions', extensions),
  });
}

/** The parameters of a GET request; `search` is the URL's query string without its `?`. */
export function fromSearch(search: string): Parameters {
  const given = new URLSearchParams(strictlyEncoded(search));
  for (const name of names) {
    if (given.getAll(name).length > 1) throw invalid(`\`${name}\` is given more than once`);
  }
  return required({
    query: given.get('query') ?? undefined,
    documentId: given.get('documentId') || undefined,
    operationName: given.get('operationName') || undefined,
    variables: fromJson('variables', given.get('variables')),
    extensions: fromJson('extensions', given.get('extensions')),
  });
}

/** The URL's query string without its `?`, still encoded. */
export function searchOf(request: IncomingMessage): string {
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}

/** `URLSearchParams` itself reads broken encodings as U+FFFD, or lets them stand. */
function strictlyEncoded(search: string): string {
  try {
    decodeURIComponent(search);
    return search;
  } catch (cause) {
    throw new GatewayError('BAD_REQUEST', 'The URL is not validly encoded UTF-8', { cause });
  }
}

function fromJson(name: string, text: string | null): Record<string, unknown> | undefined {
  if (text === null || text === '') return undefined;
  try {
    return optionalObject(name, JSON.parse(text));
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError('BAD_REQUEST', `\`${name}\` is not valid JSON`, { cause });
  }
}

/** Without a document there must be a persisted one to look for. */
function required(parameters: Parameters): Parameters {
  const { query, documentId, extensions } = parameters;
  if (query !== undefined || documentId !== undefined) return parameters;
  if (!isObject(extensions?.['persistedQuery'])) throw invalid('The request has no `query`');
  return parameters;
}

function optionalString(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(`\`${name}\` is not a string`);
  return value;
}

function optionalObject(name: string, value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid(`\`${name}\` is not a JSON object`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): GatewayError {
  return new GatewayError('BAD_REQUEST', message);
}
