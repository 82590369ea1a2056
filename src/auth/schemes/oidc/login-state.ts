import { hash, hkdfSync } from 'node:crypto';
import { generateRandomCodeVerifier, generateRandomNonce, generateRandomState } from 'oauth4webapi';
import { isObject } from '../../../lib/own.ts';
import { loginSeconds } from './cookies.ts';
import { seal, unseal } from './seal.ts';

/** A login under way. */
export interface Login {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE: RFC 7636. */
  readonly verifier: string;
  /** A path of this origin. */
  readonly returnTo: string;
  /** Milliseconds since the epoch. */
  readonly begunAtMs: number;
}

/**
 * Logins under way are in the browser that began them, in a cookie that it cannot read: strangers
 * can begin as many as they like, and nothing is kept of them here.
 */
export class LoginStates {
  readonly #key: Buffer;
  readonly #now: () => number;

  /** Gateways with the same secret finish each other's logins. */
  constructor(clientSecret: string, issuer: string, now: () => number) {
    const info = `gatehouse login of ${issuer}`;
    this.#key = Buffer.from(hkdfSync('sha256', clientSecret, '', info, 32));
    this.#now = now;
  }

  begin(returnTo: string): Login {
    return {
      state: generateRandomState(),
      nonce: generateRandomNonce(),
      verifier: generateRandomCodeVerifier(),
      returnTo,
      begunAtMs: this.#now(),
    };
  }

  seal(login: Login): string {
    return seal(JSON.stringify(login), this.#key, labelOf(login.state));
  }

  /** The login with this state; undefined for another one, and for one that took too long. */
  unseal(sealed: string, state: string): Login | undefined {
    const text = unseal(sealed, this.#key, labelOf(state));
    const login: unknown = text === undefined ? undefined : JSON.parse(text);
    if (!isObject(login) || login['state'] !== state) return undefined;
    // Only what `seal` has made opens with this key.
    const found = login as object as Login;
    return this.#now() < found.begunAtMs + loginSeconds * 1_000 ? found : undefined;
  }
}

/** Tells the logins of one browser apart. */
export function labelOf(state: string): string {
  return hash('sha256', state, 'hex').slice(0, 16);
}
