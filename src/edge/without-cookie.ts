import type { IncomingHttpHeaders } from 'node:http';

/** The same headers without the cookie of this name. */
export function withoutCookie(headers: IncomingHttpHeaders, name: string): IncomingHttpHeaders {
  const { cookie, ...others } = headers;
  const pairs = cookie?.split(';').map((pair) => pair.trim()) ?? [];
  const kept = pairs.filter((pair) => !pair.startsWith(`${name}=`)).join('; ');
  return kept === '' ? others : { ...others, cookie: kept };
}
