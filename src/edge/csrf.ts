import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors.ts';

/** Headers that a page of another site cannot send before the browser has asked us. */
const preflighted = [
  'x-apollo-operation-name',
  'apollo-require-preflight',
  'graphql-require-preflight',
] as const;

/**
 * Throws for a GET request that a browser sent for another site without asking first: such a
 * request carries the user's cookies, and its answer's timing can be measured. Clients that are
 * no browsers send neither `Sec-Fetch-Site` nor `Origin`, and pass.
 */
export function refuseCrossSite(headers: IncomingHttpHeaders): void {
  if (!isCrossSite(headers) || isPreflighted(headers)) return;
  const message = `A GET request from another site needs one of the headers ${preflighted.join(', ')}`;
  throw new GatewayError('CSRF_PREVENTION_FAILED', message);
}

function isCrossSite({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}

function isPreflighted(headers: IncomingHttpHeaders): boolean {
  if (preflighted.some((name) => headers[name])) return true;
  return /^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '');
}
