import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { calculateJwkThumbprint, type JWK, type JWTPayload, SignJWT } from 'jose';
import { StartupError } from '../../errors.ts';

/** A private key that tokens are signed with. */
export class SigningKey {
  readonly #key: KeyObject;
  readonly #algorithm: string;
  readonly #id: string;
  /** Its public half, under the name that tokens give it. */
  readonly publicJwk: JWK;

  private constructor(key: KeyObject, algorithm: string, publicJwk: JWK, id: string) {
    this.#key = key;
    this.#algorithm = algorithm;
    this.#id = id;
    this.publicJwk = { ...publicJwk, kid: id, alg: algorithm, use: 'sig' };
  }

  /** Throws a `StartupError` for a file without a key that can sign. */
  static async open(file: string): Promise<SigningKey> {
    try {
      const key = createPrivateKey(await readFile(file));
      const publicJwk = createPublicKey(key).export({ format: 'jwk' });
      const id = await calculateJwkThumbprint(publicJwk);
      return new SigningKey(key, algorithmOf(key), publicJwk, id);
    } catch (cause) {
      const reason = cause instanceof UnfitKey ? cause.message : 'it has no private key in PEM';
      const message = `The key of identity tokens cannot be used: ${reason}`;
      const problem = { code: 'SIGNING_KEY_UNUSABLE', message, file };
      throw new StartupError('configuration', [problem], { cause });
    }
  }

  sign(payload: JWTPayload): Promise<string> {
    const header = { alg: this.#algorithm, kid: this.#id, typ: 'JWT' };
    return new SignJWT(payload).setProtectedHeader(header).sign(this.#key);
  }
}

class UnfitKey extends Error {}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): string {
  const { namedCurve, modulusLength = 0 } = asymmetricKeyDetails;
  if (asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ES256';
  if (asymmetricKeyType === 'rsa' && modulusLength >= 2_048) return 'RS256';
  throw new UnfitKey('it is not P-256, Ed25519, or RSA of 2048 bits or more');
}
