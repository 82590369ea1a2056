import type { Caller, Presented } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { Awaitable } from '../lib/call.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import {
  type AuthenticationObserver,
  CredentialRefused,
  type LoginEndpoints,
  type Scheme,
} from './scheme.ts';

export interface NamedScheme {
  readonly name: string;
  readonly scheme: Scheme;
}

export interface AuthenticationSetup {
  /** Asked in this order: the first that knows a credential of the request decides. */
  readonly schemes: readonly NamedScheme[];
  /** Whether callers have to prove who they are. */
  readonly require: boolean;
  /** Whether the line of a request names the caller. */
  readonly logsSubject: boolean;
  readonly observer: AuthenticationObserver;
}

/** A credential that a scheme refused, and did not know: another one may. */
interface Unknown {
  readonly refusal: CredentialRefused;
  readonly by: NamedScheme;
}

/** Finds out who calls. What needs no waiting is done without a promise. */
export class Authentication {
  readonly #setup: AuthenticationSetup;

  constructor(setup: AuthenticationSetup) {
    this.#setup = setup;
  }

  /** Where people log in with the scheme of this name; undefined where they do not. */
  loginOf(name: string): LoginEndpoints | undefined {
    return this.#setup.schemes.find((one) => one.name === name)?.scheme.login;
  }

  /** The challenge of the scheme that knows a caller; undefined for one whom a layer has named. */
  readonly challengeOf = ({ scheme }: Caller): string | undefined =>
    this.#setup.schemes.find(({ name }) => name === scheme)?.scheme.challenge;

  /** The caller, or undefined for one who brings nothing along; a bad credential throws. */
  identify(request: Presented, signal: Cancellation): Awaitable<Caller | undefined> {
    return this.#ask(0, undefined, request, signal);
  }

  #ask(
    first: number,
    before: Unknown | undefined,
    request: Presented,
    signal: Cancellation,
  ): Awaitable<Caller | undefined> {
    let unknown = before;
    for (let index = first; index < this.#setup.schemes.length; index += 1) {
      const by = this.#setup.schemes[index];
      if (by === undefined) continue;
      try {
        const found = by.scheme.authenticate(request, signal);
        if (found instanceof Promise) return this.#wait(found, index, unknown, request, signal);
        if (found !== undefined) return this.#accept(found, by, request);
      } catch (thrown) {
        unknown ??= { refusal: this.#unknown(thrown, by, request), by };
      }
    }
    return this.#none(unknown, request);
  }

  async #wait(
    found: Promise<Caller | undefined>,
    index: number,
    before: Unknown | undefined,
    request: Presented,
    signal: Cancellation,
  ): Promise<Caller | undefined> {
    const by = this.#setup.schemes[index];
    let unknown = before;
    if (by === undefined) return undefined;
    try {
      const caller = await found;
      if (caller !== undefined) return this.#accept(caller, by, request);
    } catch (thrown) {
      signal.throwIfAborted();
      unknown ??= { refusal: this.#unknown(thrown, by, request), by };
    }
    return this.#ask(index + 1, unknown, request, signal);
  }

  #accept(caller: Caller, { name }: NamedScheme, { log }: Presented): Caller {
    const { observer, logsSubject } = this.#setup;
    observer.authenticated(name, 'accepted');
    log.note(logsSubject ? { scheme: name, subject: caller.subject } : { scheme: name });
    return caller.scheme === name ? caller : { ...caller, scheme: name };
  }

  /** The refusal of a credential that another scheme may know; throws any other failure. */
  #unknown(thrown: unknown, by: NamedScheme, request: Presented): CredentialRefused {
    if (thrown instanceof CredentialRefused && thrown.isForeign) return thrown;
    const error = GatewayError.from(thrown);
    if (error.code === 'UNAUTHENTICATED') throw this.#refused(error, by, request);
    this.#setup.observer.authenticated(by.name, 'unavailable');
    request.log.note({ scheme: by.name });
    throw error;
  }

  #none(unknown: Unknown | undefined, request: Presented): undefined {
    if (unknown !== undefined) throw this.#refused(unknown.refusal, unknown.by, request);
    this.#setup.observer.authenticated('', 'anonymous');
    if (!this.#setup.require) return undefined;
    throw this.#challenging(new GatewayError('UNAUTHENTICATED', 'Authentication is required'));
  }

  #refused(error: GatewayError, by: NamedScheme, { log }: Presented): GatewayError {
    this.#setup.observer.authenticated(by.name, 'refused');
    const refused = error instanceof CredentialRefused ? error.reason : 'refused';
    log.note({ scheme: by.name, refused });
    return this.#challenging(error, by.scheme);
  }

  /** Says what is accepted, and of a bearer token why this one is not: RFC 6750, section 3. */
  #challenging(error: GatewayError, by?: Scheme): GatewayError {
    const all = new Set(this.#setup.schemes.map(({ scheme }) => scheme.challenge));
    const told = [...all].map((challenge) => {
      const isBearer = challenge === by?.challenge && challenge.startsWith('Bearer ');
      return isBearer ? `${challenge}, ${invalidToken(error.message)}` : challenge;
    });
    const { message, cause } = error;
    // Pages read it here: `WWW-Authenticate` is kept from those of other origins.
    const login = this.#setup.schemes.find(({ scheme }) => scheme.login)?.scheme.login?.loginPath;
    const extensions = { ...(login !== undefined && { login }), ...error.extensions };
    const headers = told.length === 0 ? {} : { 'www-authenticate': told.join(', ') };
    return new GatewayError('UNAUTHENTICATED', message, { cause, extensions, headers });
  }
}

/** A description has no quotes, no backslashes, and nothing beyond ASCII: RFC 6750, section 3. */
function invalidToken(message: string): string {
  const description = message.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '');
  return `error="invalid_token", error_description="${description}"`;
}
