import type { Caller, CookieProof, Log, Presented, Reply, RequestLog } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { Awaitable } from '../lib/call.ts';
import { type Cancellation, toAbortSignal } from '../lib/cancellation.ts';

/** Proves who calls by one kind of credential. */
export interface Scheme extends AsyncDisposable {
  /** What a 401 tells of it in `WWW-Authenticate`: RFC 9110, section 11.6.1. */
  readonly challenge: string;
  /** Undefined where the request has no credential of this kind; a bad one throws. */
  authenticate(request: Presented, signal: Cancellation): Awaitable<Caller | undefined>;
  /** Where people log in, for a scheme that has sessions of its own. */
  readonly login?: LoginEndpoints;
}

/** What the door to a login is asked. */
export interface LoginRequest {
  readonly presented: Presented;
  readonly search: URLSearchParams;
  /** Whether a browser shows the answer as a page, and goes where it is sent. */
  readonly isNavigation: boolean;
  /** Throws where another site may have made the browser send this. */
  readonly refuseForged: (proof: CookieProof) => void;
}

type LoginStep = (request: LoginRequest, signal: Cancellation) => Promise<Reply>;

/** Login, logout, and what a page asks of its session. */
export interface LoginEndpoints {
  /** The path that begins all of theirs. */
  readonly path: string;
  /** That of the scheme. */
  readonly challenge: string;
  /** Where a browser is sent that has to log in; its query may have `returnTo`. */
  readonly loginPath: string;
  readonly login: LoginStep;
  readonly callback: LoginStep;
  readonly logout: LoginStep;
  readonly session: LoginStep;
  /** A provider ends sessions by a token that it has signed. */
  backchannelLogout(logoutToken: string, log: RequestLog, signal: Cancellation): Promise<Reply>;
}

/** A scheme that somebody else wrote. */
export interface PublicScheme {
  /** What a 401 tells of it in `WWW-Authenticate`, such as `Bearer realm="shop"`. */
  readonly challenge: string;
  /**
   * Gives the caller, or undefined where the request has no credential of this kind. A bad one
   * throws a `GatewayError` with the code `UNAUTHENTICATED`; its message is for the client.
   */
  authenticate(request: Presented, signal: AbortSignal): Awaitable<Caller | undefined>;
}

/** Gives somebody else's scheme the signal that it was promised. */
export function schemeFromOutside(scheme: PublicScheme): Scheme {
  return {
    challenge: scheme.challenge,
    authenticate: (request, signal) => scheme.authenticate(request, toAbortSignal(signal)),
    async [Symbol.asyncDispose]() {},
  };
}

/** What becomes of a request's credentials. */
export type AuthenticationOutcome = 'accepted' | 'refused' | 'unavailable' | 'anonymous';

/** Counts what happens here. */
export interface AuthenticationObserver {
  /** The scheme is empty for callers of whom none knows anything. */
  authenticated(scheme: string, outcome: AuthenticationOutcome): void;
  /** A provider was asked: for its keys, or about a token or a user. */
  asked(scheme: string, outcome: 'ok' | 'failed'): void;
}

/** Why a session ended before nobody used it any longer. */
export type SessionEnd =
  | 'logout'
  | 'backchannel'
  | 'login'
  | 'refused'
  | 'token'
  | 'expired'
  | 'reconfigured';

/** Counts what becomes of sessions, too. */
export interface LoginObserver extends AuthenticationObserver {
  loggedIn(scheme: string, outcome: 'ok' | 'refused' | 'failed'): void;
  refreshed(scheme: string, outcome: 'ok' | 'refused' | 'failed'): void;
  ended(scheme: string, reason: SessionEnd, sessions: number): void;
}

/** What a scheme is made with, beside its own options. */
export interface SchemeSetup {
  /** As it is configured: errors and metrics name it. */
  readonly name: string;
  readonly log: Log;
  readonly observer: AuthenticationObserver;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface RefusalOptions {
  readonly cause?: unknown;
  /** True where another scheme may know the credential: it is not of this one's making. */
  readonly isForeign?: boolean;
}

/** A credential that proves nothing. The reason is for the log, the message for the client. */
export class CredentialRefused extends GatewayError {
  readonly reason: string;
  readonly isForeign: boolean;

  constructor(reason: string, message: string, { cause, isForeign = false }: RefusalOptions = {}) {
    super('UNAUTHENTICATED', message, { cause });
    this.reason = reason;
    this.isForeign = isForeign;
  }
}

/** Nobody can tell whether a credential is good: then it is not taken. */
export function unavailable(what: string, cause?: unknown): GatewayError {
  return new GatewayError('SERVICE_UNAVAILABLE', what, { cause });
}

/** The parameter of all challenges: RFC 9110, section 11.5. */
export const realm = 'realm="gatehouse"';
