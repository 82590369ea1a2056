import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../../../context.ts';
import { claimAt, words } from '../../caller.ts';
import { seal, unseal } from './seal.ts';

/** What a provider gave for a login or a refresh. */
export interface Tokens {
  readonly access: string;
  readonly refresh?: string | undefined;
  readonly id: string;
  /** When the access token ends; undefined where the provider does not say. */
  readonly endsAtMs?: number | undefined;
}

/** One person's login, as it is kept; times are milliseconds since the epoch. */
export interface Session {
  readonly issuer: string;
  readonly clientId: string;
  readonly claims: Caller['claims'];
  readonly scopes: readonly string[];
  readonly tokens: Tokens;
  /** When it ends, however much it is used. */
  readonly endsAtMs: number;
}

const idPattern = /^[\w-]{43}$/;

/**
 * The id of a session: 256 random bits that the browser has in its cookie. The store has its hash
 * for a key, and what is stored is sealed with a key that follows from it: who reads the store can
 * neither use a session nor the tokens in it.
 */
export class SessionId {
  readonly text: string;
  /** Under which it is stored. */
  readonly key: string;

  private constructor(text: string) {
    this.text = text;
    this.key = hash('sha256', text, 'base64url');
  }

  static create(): SessionId {
    return new SessionId(randomBytes(32).toString('base64url'));
  }

  /** Undefined for what is no id. */
  static parse(text: string): SessionId | undefined {
    return idPattern.test(text) ? new SessionId(text) : undefined;
  }

  seal(session: Session): string {
    return seal(JSON.stringify(session), this.#derive('session'), this.key);
  }

  unseal(sealed: string): Session | undefined {
    const text = unseal(sealed, this.#derive('session'), this.key);
    // Only what `seal` has made opens with this key.
    return text === undefined ? undefined : (JSON.parse(text) as Session);
  }

  /** What a page sends along to show that it could read an answer: another site cannot. */
  get csrfToken(): string {
    return this.#derive('csrf').toString('base64url');
  }

  accepts(csrfToken: string): boolean {
    const [sent, wanted] = [Buffer.from(csrfToken), Buffer.from(this.csrfToken)];
    return sent.length === wanted.length && timingSafeEqual(sent, wanted);
  }

  #derive(purpose: string): Buffer {
    return createHmac('sha256', this.text).update(`gatehouse ${purpose}`).digest();
  }
}

/** A session that is good now, under its id. */
export interface FoundSession {
  readonly id: SessionId;
  readonly session: Session;
}

/** The groups in which a provider may end a session: OpenID Connect Back-Channel Logout 1.0, 2.4. */
export function groupsOf({ claims }: Session): readonly string[] {
  return [groupOf('sub', claims['sub']), groupOf('sid', claims['sid'])].filter(
    (group) => group !== undefined,
  );
}

/** The name of the group with this subject or session of the provider. */
export function groupOf(claim: 'sub' | 'sid', value: unknown): string | undefined {
  return typeof value === 'string' ? `${claim}:${hash('sha256', value, 'base64url')}` : undefined;
}

/** How a scheme tells of its callers. */
export interface CallerRules {
  readonly scheme: string;
  /** The claim with the roles. */
  readonly roles: string;
  /** The name of the session's cookie. */
  readonly cookie: string;
}

/** Whom a session is of. */
export function callerOf(
  { id, session }: FoundSession,
  { scheme, roles, cookie }: CallerRules,
): Caller {
  const { claims, issuer, scopes, tokens, endsAtMs } = session;
  const { sub } = claims;
  return {
    scheme,
    ...(typeof sub === 'string' && { subject: sub }),
    issuer,
    scopes,
    roles: words(claimAt(claims, roles)),
    claims,
    expiresAtMs: Math.min(endsAtMs, tokens.endsAtMs ?? endsAtMs),
    cookie: { name: cookie, accepts: (token) => id.accepts(token) },
  };
}
