import type { HttpClient, HttpRequest } from '../clients/http.ts';
import { isObject } from '../lib/own.ts';
import type { HealthOptions } from '../resilience/health/options.ts';

const typename: HttpRequest = {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: '{"query":"{__typename}"}',
  isIdempotent: true,
};
const get: HttpRequest = { method: 'GET', headers: {} };

/** Asks a target whether it is well: by a path of its own, or by the least of all operations. */
export function healthQuestion(
  client: HttpClient,
  url: URL,
  { path, statuses }: Pick<HealthOptions, 'path' | 'statuses'>,
): (signal: AbortSignal) => Promise<boolean> {
  const isGood = (status: number): boolean =>
    statuses?.includes(status) ?? (status >= 200 && status < 300);
  if (path !== undefined) {
    const at = new URL(path, url);
    return async (signal) => isGood((await client.request(at, get, signal)).status);
  }
  return async (signal) => {
    const { status, body } = await client.request(url, typename, signal);
    return isGood(status) && answersTypename(JSON.parse(body.toString()));
  };
}

function answersTypename(answer: unknown): boolean {
  if (!isObject(answer) || !isObject(answer['data'])) return false;
  return typeof answer['data']['__typename'] === 'string';
}
