import type { IncomingHttpHeaders } from 'node:http';
import { localPath } from '../auth/schemes/oidc/return-to.ts';
import type { Reply } from '../context.ts';
import type { GatewayError } from '../errors.ts';
import { prefersHtml } from './accept.ts';

/** Whether a browser goes to a page, rather than a page asking for something: Fetch Metadata, 2.2. */
export function isNavigation(headers: IncomingHttpHeaders): boolean {
  const mode = headers['sec-fetch-mode'];
  return mode === undefined ? prefersHtml(headers.accept) : mode === 'navigate';
}

/**
 * Sends the browser of somebody who has to log in to where that is done, and back afterwards.
 * Undefined for all others, who are told of it.
 */
export function redirectToLogin(
  { code, extensions }: Pick<GatewayError, 'code' | 'extensions'>,
  request: {
    readonly method?: string | undefined;
    readonly headers: IncomingHttpHeaders;
    readonly url?: string | undefined;
  },
): Reply | undefined {
  const { login } = extensions;
  if (code !== 'UNAUTHENTICATED' || typeof login !== 'string') return undefined;
  if (request.method !== 'GET' || !isNavigation(request.headers)) return undefined;
  const returnTo = localPath(request.url ?? '');
  const search = returnTo === undefined ? '' : `?returnTo=${encodeURIComponent(returnTo)}`;
  const headers = { location: `${login}${search}`, 'cache-control': 'no-store' };
  return { status: 303, headers, body: '' };
}
