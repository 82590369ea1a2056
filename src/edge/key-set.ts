import { GatewayError } from '../errors.ts';
import type { Handler } from './routes.ts';
import { writeReply } from './write-reply.ts';

/** Where the keys are that the gateway's own tokens are checked with: RFC 8615. */
export const keySetPath = '/.well-known/jwks.json';

/** How long those who check tokens may keep the keys, in seconds. */
const maxAgeS = 300;

/** Serves public keys as a JSON Web Key Set: RFC 7517, section 5. */
export function keySetHandler(keys: () => readonly object[]): Handler {
  return async ({ method }, response) => {
    if (method !== 'GET' && method !== 'HEAD') {
      const options = { headers: { allow: 'GET, HEAD' } };
      throw new GatewayError('METHOD_NOT_ALLOWED', 'Keys are served by GET', options);
    }
    const headers = {
      'content-type': 'application/jwk-set+json',
      'cache-control': `public, max-age=${maxAgeS}`,
    };
    writeReply(response, { status: 200, headers, body: JSON.stringify({ keys: keys() }) });
  };
}
