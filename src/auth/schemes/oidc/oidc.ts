import type { Caller, Presented } from '../../../context.ts';
import type { Awaitable } from '../../../lib/call.ts';
import type { Cancellation } from '../../../lib/cancellation.ts';
import { Disposer } from '../../../lib/disposer.ts';
import { credentialAt } from '../../credentials.ts';
import type { LoginEndpoints, LoginObserver, Scheme, SchemeSetup } from '../../scheme.ts';
import type { OpenedStore } from '../../sessions/stores.ts';
import { Cookies } from './cookies.ts';
import { Logins } from './logins.ts';
import { loginPath, type OidcOptions } from './options.ts';
import { OpenidProvider } from './provider.ts';
import { callerOf } from './session.ts';
import { Sessions } from './sessions.ts';

export interface OpenOidcSetup extends SchemeSetup {
  readonly observer: LoginObserver;
  readonly opened: OpenedStore;
}

/** Opens `oidc`: nothing is asked of the provider before somebody logs in. */
export async function openOidc(options: OidcOptions, setup: OpenOidcSetup): Promise<Scheme> {
  return new Oidc(options, setup);
}

/** People who log in with their browser at an OpenID provider, and have a session here. */
class Oidc implements Scheme {
  readonly challenge: string;
  readonly login: LoginEndpoints;
  readonly #name: string;
  readonly #roles: string;
  readonly #cookie: string;
  readonly #sessions: Sessions;
  readonly #owned = new Disposer();

  constructor(options: OidcOptions, { opened, ...common }: OpenOidcSetup) {
    const setup = { ...common, options, store: opened.store };
    const cookies = new Cookies(setup.name, options);
    const path = loginPath(setup.name, options);
    const redirectUri = `${options.publicUrl}${path}/callback`;
    this.#owned.use(opened);
    const provider = this.#owned.use(new OpenidProvider(setup, redirectUri));
    this.#sessions = this.#owned.use(new Sessions(setup, provider));
    this.#name = setup.name;
    this.#roles = options.roles;
    this.#cookie = cookies.session;
    this.login = new Logins({ ...setup, provider, sessions: this.#sessions, cookies });
    this.challenge = this.login.challenge;
  }

  authenticate(request: Presented, signal: Cancellation): Awaitable<Caller | undefined> {
    const text = credentialAt({ cookie: this.#cookie }, request);
    return text === undefined ? undefined : this.#caller(text, request, signal);
  }

  async #caller(text: string, request: Presented, signal: Cancellation): Promise<Caller> {
    const found = await this.#sessions.find(text, request, signal);
    return callerOf(found, { scheme: this.#name, roles: this.#roles, cookie: this.#cookie });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned[Symbol.asyncDispose]();
  }
}
