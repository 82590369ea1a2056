import type { webcrypto } from 'node:crypto';
import type { RequestListener } from 'node:http';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { listen, type TestServer } from './listen.ts';

type Algorithm = 'ES256' | 'RS256' | 'EdDSA';

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicJwk: JWK;
}

/** A server that publishes keys as an OpenID provider does, and signs tokens with them. */
export interface Issuer extends TestServer {
  /** What is asked for, in order: paths. */
  readonly asked: string[];
  /** What is published; a test may put anything in its place. */
  keys: unknown;
  /** Answers in place of the server, for one that is broken. */
  answer: RequestListener | undefined;
  /** Signs with this key from now on; it is published only where `keys` has it. */
  key: SigningKey;
  /** A token of the caller `mira`, for `shop`, that ends in an hour; claims may differ. */
  token(claims?: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
}

/** Makes a key pair, under the name that follows from it. */
export async function signingKey(algorithm: Algorithm = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, algorithm, privateKey, publicJwk: { ...jwk, kid, alg: algorithm, use: 'sig' } };
}

/** Starts an issuer with one key; its address is the issuer's name. */
export async function startIssuer(first?: SigningKey): Promise<Issuer> {
  const key = first ?? (await signingKey());
  const asked: string[] = [];
  const server = await listen((request, response) => {
    asked.push(request.url ?? '');
    if (issuer.answer !== undefined) return issuer.answer(request, response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(documents[request.url ?? ''] ?? issuer.keys));
  });
  const documents: Readonly<Record<string, unknown>> = {
    '/.well-known/openid-configuration': { issuer: server.url, jwks_uri: `${server.url}/keys` },
  };
  const issuer: Issuer = {
    ...server,
    asked,
    keys: { keys: [key.publicJwk] },
    answer: undefined,
    key,
    token(claims, header) {
      const { kid, algorithm, privateKey } = issuer.key;
      const nowS = Math.floor(Date.now() / 1_000);
      const usual = { iss: server.url, aud: 'shop', sub: 'mira', iat: nowS, exp: nowS + 3_600 };
      return new SignJWT({ ...usual, ...claims })
        .setProtectedHeader({ alg: algorithm, kid, ...header })
        .sign(privateKey);
    },
  };
  return issuer;
}
