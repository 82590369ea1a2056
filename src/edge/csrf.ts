import type { IncomingHttpHeaders } from 'node:http';
import type { CookieProof } from '../context.ts';
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

/** Who else may send requests with the cookies of a user, by origin. */
export type Trusts = (origin: string) => boolean;

/**
 * Throws for a request that changes something, for a caller whom a cookie proves, unless a page of
 * this origin sent it: by `Sec-Fetch-Site`, else by `Origin`, else by the session's own token in
 * `x-csrf-token`, which no other page can read. Clients that are no browsers need the token.
 */
export function refuseForged(
  headers: IncomingHttpHeaders,
  proof: CookieProof,
  trusts: Trusts,
): void {
  const token = headers['x-csrf-token'];
  if (isOwnPage(headers) || (headers.origin !== undefined && trusts(headers.origin))) return;
  if (typeof token === 'string' && proof.accepts(token)) return;
  const message = 'A request with a cookie has to come from a page of this origin, or x-csrf-token';
  throw new GatewayError('CSRF_PREVENTION_FAILED', message);
}

function isOwnPage(headers: IncomingHttpHeaders): boolean {
  const isTold = headers['sec-fetch-site'] !== undefined || headers.origin !== undefined;
  return isTold && !isCrossSite(headers);
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
