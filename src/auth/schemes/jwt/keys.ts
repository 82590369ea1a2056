import {
  createLocalJWKSet,
  errors,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose';
import type { Cancellation } from '../../../lib/cancellation.ts';
import type { JsonObject } from '../../../lib/own.ts';

/** Most keys that one signature is checked with, where the token does not name one. */
const mostTries = 8;

/** Where the keys of an issuer come from. */
export interface KeySource extends AsyncDisposable {
  /** Undefined before there are any. */
  readonly keys: Keys | undefined;
  /** Begins to fetch newer keys where these are old; nobody waits for it. */
  renew(): void;
  /** The keys that are known once newer ones than `known` were asked for, as far as that is allowed. */
  newerThan(known: Keys | undefined, signal: Cancellation): Promise<Keys | undefined>;
}

/** No key fits what a token says of it: one that has just been added may. */
export function isUnknownKey(thrown: unknown): boolean {
  return thrown instanceof errors.JWKSNoMatchingKey;
}

/** Public keys as they were read once: they never change. */
export class Keys {
  readonly #select: ReturnType<typeof createLocalJWKSet>;
  readonly #areNamed: boolean;
  /** Equal for equal keys. */
  readonly text: string;

  /** Keys that are not `named` fit whatever name a token gives. */
  constructor(keys: readonly JsonObject[], areNamed = true) {
    this.text = JSON.stringify(keys);
    this.#areNamed = areNamed;
    // `jose` refuses by itself what is no JSON Web Key.
    this.#select = createLocalJWKSet({ keys: keys as never });
  }

  /** The claims of a token that is signed with one of these keys; throws what is wrong with it. */
  async verify(token: string, options: JWTVerifyOptions): Promise<JWTVerifyResult> {
    try {
      return await jwtVerify(token, (header) => this.#select(this.#named(header)), options);
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSMultipleMatchingKeys)) throw thrown;
      return await verifyWithAny(thrown, token, options);
    }
  }

  #named<Header extends { readonly alg: string }>(header: Header): Header | { alg: string } {
    return this.#areNamed ? header : { alg: header.alg };
  }
}

async function verifyWithAny(
  candidates: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  let tries = 0;
  for await (const key of candidates) {
    tries += 1;
    if (tries > mostTries) break;
    try {
      return await jwtVerify(token, key, options);
    } catch (thrown) {
      if (!(thrown instanceof errors.JWSSignatureVerificationFailed)) throw thrown;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}
