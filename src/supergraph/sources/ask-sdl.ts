import type { HttpClient } from '../../clients/http.ts';
import { getOwn, isObject } from '../../lib/own.ts';

/** One HTTP POST; it throws when no answer comes. Redirects are not followed. */
export type Post = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly body: string }>;

/** Posts through the client that the gateway's other requests go through. */
export function postThrough(client: HttpClient): Post {
  return async (url, headers, body, signal) => {
    const answer = await client.request(new URL(url), { method: 'POST', headers, body }, signal);
    return { status: answer.status, body: answer.body.toString('utf8') };
  };
}

/** A subgraph's SDL, or why its answer holds none. */
export type SdlAnswer = { readonly sdl: string } | { readonly refusal: string };

const query = 'query SubgraphSdl { _service { sdl } }';

/** Asks a subgraph for its SDL by federation's own field. Header names are in lower case. */
export async function askSdl(
  post: Post,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<SdlAnswer> {
  const { target, authorization } = splitCredentials(url);
  const sent = { 'content-type': 'application/json', accept: 'application/json' };
  const body = JSON.stringify({ query, operationName: 'SubgraphSdl' });
  const answer = await post(target, { ...sent, ...authorization, ...headers }, body, signal);
  if (answer.status !== 200) return { refusal: `it answered with status ${answer.status}` };
  return readSdl(answer.body);
}

/** A URL for people to read: without credentials, and without parameters, which may hold some. */
export function redactUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** What a URL says before its `@` is sent as RFC 7617 wants it. */
function splitCredentials(url: string): {
  target: string;
  authorization: Readonly<Record<string, string>>;
} {
  const parsed = new URL(url);
  const { username, password } = parsed;
  if (username === '' && password === '') return { target: url, authorization: {} };
  parsed.username = '';
  parsed.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  return { target: parsed.href, authorization: { authorization } };
}

function readSdl(body: string): SdlAnswer {
  const answer = parseJson(body);
  if (!isObject(answer)) return { refusal: 'its answer is not a GraphQL response' };
  const data = getOwn(answer, 'data');
  const service = isObject(data) ? getOwn(data, '_service') : undefined;
  const sdl = isObject(service) ? getOwn(service, 'sdl') : undefined;
  if (typeof sdl === 'string') return { sdl };
  return { refusal: 'it gave no SDL for { _service { sdl } }: is it a federation subgraph?' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
