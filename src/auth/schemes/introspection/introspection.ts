import { hash } from 'node:crypto';
import type { IntrospectionResponse } from 'oauth4webapi';
import type { Caller, Presented } from '../../../context.ts';
import { ByteCache } from '../../../lib/byte-cache.ts';
import type { Awaitable } from '../../../lib/call.ts';
import type { Cancellation } from '../../../lib/cancellation.ts';
import { SingleFlight } from '../../../lib/single-flight.ts';
import { claimAt, claimedScopes, words } from '../../caller.ts';
import { bearerTokenAt, checkToken } from '../../credentials.ts';
import { CredentialRefused, realm, type Scheme, type SchemeSetup } from '../../scheme.ts';
import { AuthorizationServer } from './authorization-server.ts';
import type { IntrospectionOptions } from './options.ts';

/** What was answered of a token. */
interface Answered {
  readonly outcome: Caller | CredentialRefused;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  readonly bytes: number;
}

/** Opens `introspection`: nothing is asked before there is a token. */
export async function openIntrospection(
  options: IntrospectionOptions,
  setup: SchemeSetup,
): Promise<Scheme> {
  return new Introspection(options, setup);
}

/** Tokens of which the one who made them is asked: RFC 7662. */
class Introspection implements Scheme {
  readonly challenge = `Bearer ${realm}`;
  readonly #options: IntrospectionOptions;
  readonly #setup: SchemeSetup;
  readonly #server: AuthorizationServer;
  readonly #answered: ByteCache<Answered>;
  readonly #asking = new SingleFlight<Answered>();

  constructor(options: IntrospectionOptions, setup: SchemeSetup) {
    this.#options = options;
    this.#setup = setup;
    this.#server = new AuthorizationServer(options, setup);
    this.#answered = new ByteCache(options.cache.size, ({ bytes }) => bytes);
  }

  authenticate(request: Presented, signal: Cancellation): Awaitable<Caller | undefined> {
    for (const place of this.#options.token) {
      const token = bearerTokenAt(place, request);
      if (token !== undefined) return this.#callerOf(token, signal);
    }
    return undefined;
  }

  #callerOf(token: string, signal: Cancellation): Awaitable<Caller> {
    const key = hash('sha256', token, 'base64');
    const known = this.#answered.get(key);
    if (known !== undefined && this.#setup.now() < known.untilMs) return outcomeOf(known);
    checkToken(token);
    return this.#ask(key, token, signal);
  }

  async #ask(key: string, token: string, signal: Cancellation): Promise<Caller> {
    const { answer } = await this.#asking.join(key, () => this.#askFor(key, token), signal);
    return outcomeOf(answer);
  }

  async #askFor(key: string, token: string): Promise<Answered> {
    const claims = await this.#server.introspect(token);
    const answered = this.#judge(claims);
    this.#answered.set(key, answered);
    return answered;
  }

  #judge(claims: IntrospectionResponse): Answered {
    const { active, inactive } = this.#options.cache;
    const nowMs = this.#setup.now();
    const bytes = JSON.stringify(claims).length * 2 + 500;
    const refusal = this.#refusalOf(claims, nowMs);
    if (refusal !== undefined) return { outcome: refusal, untilMs: nowMs + inactive, bytes };
    const endMs = claims.exp === undefined ? Number.POSITIVE_INFINITY : claims.exp * 1_000;
    const outcome = this.#toCaller(claims, endMs);
    return { outcome, untilMs: Math.min(endMs, nowMs + active), bytes };
  }

  /** Whoever made the token answers for it: what this gateway wants beside that is looked at here. */
  #refusalOf(claims: IntrospectionResponse, nowMs: number): CredentialRefused | undefined {
    const { issuer, audience, requiredScopes } = this.#options;
    const scopes = claimedScopes(claims);
    if (!claims.active) return refusal('inactive', true);
    if (!isTime(claims.exp) || !isTime(claims.nbf)) return refusal('time');
    if (claims.exp !== undefined && claims.exp * 1_000 <= nowMs) return refusal('expired');
    if (claims.nbf !== undefined && claims.nbf * 1_000 > nowMs) return refusal('nbf');
    if (issuer !== undefined && !issuer.some((one) => one === claims.iss)) return refusal('iss');
    const audiences = [claims.aud].flat();
    if (audience?.some((one) => audiences.includes(one)) === false) return refusal('aud');
    if (requiredScopes.some((one) => !scopes.includes(one))) return refusal('scope');
    return undefined;
  }

  #toCaller(claims: IntrospectionResponse, endMs: number): Caller {
    const { sub, username, iss } = claims;
    const subject = sub ?? username;
    return {
      scheme: this.#setup.name,
      ...(typeof subject === 'string' && { subject }),
      ...(typeof iss === 'string' && { issuer: iss }),
      scopes: claimedScopes(claims),
      roles: words(claimAt(claims, this.#options.roles)),
      claims,
      ...(Number.isFinite(endMs) && { expiresAtMs: endMs }),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server[Symbol.asyncDispose]();
  }
}

function outcomeOf({ outcome }: Answered): Caller {
  if (!(outcome instanceof CredentialRefused)) return outcome;
  const { reason, message, isForeign } = outcome;
  throw new CredentialRefused(reason, message, { isForeign });
}

function refusal(reason: string, isForeign = false): CredentialRefused {
  return new CredentialRefused(reason, 'The token is not valid', { isForeign });
}

/** Answers are JSON of somebody else: a time may be anything. */
function isTime(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value));
}
