import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { type Issuer, startIssuer } from '../../harness/issuer.ts';
import { gatewayClient } from '../../harness/openid-provider.ts';

/** What a provider says in an ID token, and how it signs that. */
export interface Forgery {
  readonly claims?: JWTPayload;
  readonly header?: Partial<JWTHeaderParameters>;
  /** In place of an ID token that is signed. */
  readonly token?: (honest: string) => string;
}

/** A provider that asks nobody who they are, and can be made to lie. */
export interface Forger extends Issuer {
  /** What it says at the next logins. */
  forgery: Forgery;
}

/** Starts one; all of its codes are good, and its nonce is the last two of `code`, after a dash. */
export async function startForger(): Promise<Forger> {
  const issuer = await startIssuer();
  const discovery = {
    issuer: issuer.url,
    authorization_endpoint: `${issuer.url}/authorize`,
    token_endpoint: `${issuer.url}/token`,
    jwks_uri: `${issuer.url}/keys`,
    authorization_response_iss_parameter_supported: true,
    id_token_signing_alg_values_supported: ['ES256', 'RS256'],
  };
  const forger: Forger = Object.assign(issuer, { forgery: {} });
  issuer.answer = async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url?.startsWith('/.well-known/')) return response.end(JSON.stringify(discovery));
    if (request.url !== '/token') return response.end(JSON.stringify(issuer.keys));
    let body = '';
    for await (const chunk of request) body += chunk;
    const nonce = new URLSearchParams(body).get('code')?.replace(/^code-/, '');
    const { claims, header, token = (honest: string) => honest } = forger.forgery;
    const usual = { aud: gatewayClient.clientId, nonce: nonce ?? '' };
    const honest = await issuer.token({ ...usual, ...claims }, header);
    const granted = { access_token: 'opaque', token_type: 'bearer', id_token: token(honest) };
    return response.end(JSON.stringify({ ...granted, expires_in: 3_600 }));
  };
  return forger;
}
