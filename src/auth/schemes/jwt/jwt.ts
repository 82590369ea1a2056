import { decodeJwt, errors, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { Caller, Presented } from '../../../context.ts';
import { ByteCache } from '../../../lib/byte-cache.ts';
import type { Awaitable } from '../../../lib/call.ts';
import type { Cancellation } from '../../../lib/cancellation.ts';
import { claimAt, claimedScopes, words } from '../../caller.ts';
import { bearerTokenAt, checkToken } from '../../credentials.ts';
import {
  CredentialRefused,
  realm,
  type Scheme,
  type SchemeSetup,
  unavailable,
} from '../../scheme.ts';
import { FileKeys } from './file-keys.ts';
import { isUnknownKey, type KeySource, type Keys } from './keys.ts';
import type { JwtOptions } from './options.ts';
import { RemoteKeys } from './remote-keys.ts';

/** A token that was verified, with the keys that it was verified with. */
interface Verified {
  readonly caller: Caller;
  readonly keys: Keys;
  /** Milliseconds since the epoch, leeway included. */
  readonly endsAtMs: number;
  readonly bytes: number;
}

/** Opens `jwt`: its keys are fetched from now on, but not waited for. */
export async function openJwt(options: JwtOptions, setup: SchemeSetup): Promise<Scheme> {
  const { file } = options.keys;
  const [issuer = ''] = options.issuer;
  const keys =
    file === undefined
      ? new RemoteKeys({ ...setup, issuer, options: options.keys })
      : await FileKeys.open(file, setup);
  keys.renew();
  return new Jwt(options, setup, keys);
}

/** Signed tokens: RFC 7519, as RFC 8725 and RFC 9068 want them checked. */
class Jwt implements Scheme {
  readonly challenge = `Bearer ${realm}`;
  readonly #options: JwtOptions;
  readonly #setup: SchemeSetup;
  readonly #keys: KeySource;
  readonly #verified: ByteCache<Verified>;
  readonly #rules: JWTVerifyOptions;

  constructor(options: JwtOptions, setup: SchemeSetup, keys: KeySource) {
    this.#options = options;
    this.#setup = setup;
    this.#keys = keys;
    this.#verified = new ByteCache(options.cache, ({ bytes }) => bytes);
    this.#rules = {
      algorithms: options.algorithms,
      issuer: options.issuer,
      ...(options.audience && { audience: options.audience }),
      ...(options.type !== undefined && { typ: options.type }),
      requiredClaims: ['iss', 'exp', ...options.requiredClaims],
      clockTolerance: options.leeway / 1_000,
    };
  }

  authenticate(request: Presented, signal: Cancellation): Awaitable<Caller | undefined> {
    for (const place of this.#options.token) {
      const token = bearerTokenAt(place, request);
      if (token !== undefined) return this.#known(token) ?? this.#verify(token, signal);
    }
    return undefined;
  }

  /** A token is good as long as the keys are those that it was verified with. */
  #known(token: string): Caller | undefined {
    this.#keys.renew();
    const found = this.#verified.get(token);
    if (found === undefined || found.keys !== this.#keys.keys) return undefined;
    return this.#setup.now() < found.endsAtMs ? found.caller : undefined;
  }

  async #verify(token: string, signal: Cancellation): Promise<Caller> {
    checkToken(token);
    this.#checkIssuer(token);
    const keys = this.#keys.keys ?? (await this.#keys.newerThan(undefined, signal));
    if (keys === undefined) throw unavailable('Tokens cannot be checked at the moment');
    try {
      return await this.#verifyWith(keys, token);
    } catch (thrown) {
      const newer = isUnknownKey(thrown) ? await this.#keys.newerThan(keys, signal) : keys;
      if (newer === undefined || newer === keys) throw refusalFor(thrown);
      return await this.#verifyWith(newer, token).catch((again: unknown) => {
        throw refusalFor(again);
      });
    }
  }

  /** Before anything is asked for it: a token of somebody else is left to others. */
  #checkIssuer(token: string): void {
    const issuer = issuerOf(token);
    if (typeof issuer === 'string' && this.#options.issuer.includes(issuer)) return;
    throw new CredentialRefused('issuer', invalid, { isForeign: true });
  }

  async #verifyWith(keys: Keys, token: string): Promise<Caller> {
    const currentDate = new Date(this.#setup.now());
    const { payload } = await keys.verify(token, { ...this.#rules, currentDate });
    const endsAtMs = this.#checkTimes(payload);
    const caller = this.#callerOf(payload, endsAtMs - this.#options.leeway);
    // Of a token, its text and its claims are kept.
    this.#verified.set(token, { caller, keys, endsAtMs, bytes: 3 * token.length + 500 });
    return caller;
  }

  /** JSON has numbers that are no time, such as 1e400. Gives the end, leeway included. */
  #checkTimes({ exp, iat }: JWTPayload): number {
    const { leeway } = this.#options;
    const endsAtMs = (exp ?? Number.NaN) * 1_000 + leeway;
    if (!Number.isFinite(endsAtMs)) throw new CredentialRefused('exp', invalid);
    if (iat !== undefined && !(iat * 1_000 <= this.#setup.now() + leeway)) {
      throw new CredentialRefused('iat', 'The token is not valid yet');
    }
    return endsAtMs;
  }

  #callerOf(payload: JWTPayload, expiresAtMs: number): Caller {
    const claims: Caller['claims'] = payload;
    const { sub, iss } = payload;
    return {
      scheme: this.#setup.name,
      ...(typeof sub === 'string' && { subject: sub }),
      ...(iss !== undefined && { issuer: iss }),
      scopes: claimedScopes(claims),
      roles: words(claimAt(claims, this.#options.roles)),
      claims,
      expiresAtMs,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keys[Symbol.asyncDispose]();
  }
}

const invalid = 'The token is not valid';

/** What a token says of itself, unproved; undefined for what is no signed token at all. */
function issuerOf(token: string): unknown {
  if (token.split('.', 4).length !== 3) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** Clients are told that a token has ended: then they get another one. Of the rest, nothing. */
function refusalFor(cause: unknown): CredentialRefused {
  if (cause instanceof CredentialRefused) return cause;
  if (cause instanceof errors.JWTExpired) {
    return new CredentialRefused('expired', 'The token has expired', { cause });
  }
  if (cause instanceof errors.JWTClaimValidationFailed) {
    const isEarly = cause.claim === 'nbf' && cause.reason === 'check_failed';
    return new CredentialRefused(cause.claim, isEarly ? 'The token is not valid yet' : invalid, {
      cause,
    });
  }
  const reason = cause instanceof errors.JOSEError ? cause.code : 'key';
  return new CredentialRefused(reason, invalid, { cause });
}
