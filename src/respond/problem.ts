import type { Reply } from '../context.ts';
import type { GatewayError } from '../errors.ts';

/** The reply to a failed request that is not GraphQL: RFC 9457. */
export function problemReply(error: GatewayError): Reply {
  const { status, code, message, extensions, headers } = error;
  // Nothing that is told beside takes the place of what the format itself says.
  const body = { ...extensions, type: 'about:blank', status, title: message, code };
  return {
    status,
    headers: {
      ...headers,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    },
    body: JSON.stringify(body),
  };
}
