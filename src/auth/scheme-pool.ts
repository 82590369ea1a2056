import type { RedisOptions } from '../clients/redis-options.ts';
import type { Log } from '../context.ts';
import { type Problem, StartupError } from '../errors.ts';
import { Authentication } from './authentication.ts';
import { loginPaths } from './login-paths.ts';
import type { AuthOptions, GraphAuthOptions, SchemeOptions } from './options.ts';
import {
  type LoginObserver,
  type PublicScheme,
  type Scheme,
  type SchemeSetup,
  schemeFromOutside,
} from './scheme.ts';
import { openApiKey } from './schemes/api-key/api-key.ts';
import { openIntrospection } from './schemes/introspection/introspection.ts';
import { openJwt } from './schemes/jwt/jwt.ts';
import { openLdap } from './schemes/ldap/ldap.ts';
import { openMtls } from './schemes/mtls/mtls.ts';
import { openOidc } from './schemes/oidc/oidc.ts';
import type { AskStore } from './sessions/asked-store.ts';
import { MemoryStores } from './sessions/memory-stores.ts';
import { SessionStores } from './sessions/stores.ts';

export interface SchemePoolSetup {
  readonly log: Log;
  readonly observer: LoginObserver;
  /** Schemes of a program's own, by name. */
  readonly given: Readonly<Record<string, PublicScheme>>;
  /** Asks whoever has the sessions where there is no Redis. Default this process. */
  readonly askSessions?: AskStore | undefined;
  /** Milliseconds since the epoch. Default the machine's clock. */
  readonly now?: () => number;
}

export interface AuthenticationOptions {
  readonly auth: AuthOptions;
  readonly accepted: GraphAuthOptions;
  readonly logsSubject: boolean;
  /** Where sessions are; undefined for those in memory. */
  readonly redis?: RedisOptions | undefined;
}

/** Who is let in under one configuration. Disposing it lets go of the schemes. */
export interface OpenedAuthentication extends AsyncDisposable {
  readonly authentication: Authentication;
}

interface Shared {
  readonly opened: Promise<Scheme>;
  users: number;
}

/**
 * Opens schemes. One whose options stay the same from one configuration to the next stays open
 * with its keys and its caches.
 */
export class SchemePool {
  readonly #setup: SchemePoolSetup;
  readonly #open = new Map<string, Shared>();
  readonly #stores: SessionStores;

  constructor(setup: SchemePoolSetup) {
    this.#setup = setup;
    this.#stores = new SessionStores(setup.askSessions ?? inThisProcess(setup.now));
  }

  /** Undefined where all callers stay anonymous. Throws a `StartupError` for what cannot be used. */
  async open(options: AuthenticationOptions): Promise<OpenedAuthentication | undefined> {
    const { auth, accepted, logsSubject, redis } = options;
    // Who is allowed is said of callers who are known.
    const require = accepted.require || accepted.allow !== undefined;
    if (accepted.schemes.length === 0 && !require) return undefined;
    const problems = unknownSchemes(accepted, { ...auth, ...this.#setup.given });
    problems.push(
      ...ambiguousSchemes(auth, this.#setup.given),
      ...sharedPaths({ auth, graphql: { auth: accepted } }),
    );
    if (problems.length > 0) throw new StartupError('configuration', problems);
    const held = accepted.schemes.map((name) => this.#hold(name, auth[name], redis));
    const dispose = async () => {
      await Promise.all(held.map(({ release }) => release()));
    };
    try {
      const schemes = await Promise.all(
        held.map(async ({ name, opened }) => ({ name, scheme: await opened })),
      );
      const { observer } = this.#setup;
      const setup = { schemes, require, logsSubject, observer };
      return { authentication: new Authentication(setup), [Symbol.asyncDispose]: dispose };
    } catch (failure) {
      await dispose();
      throw failure;
    }
  }

  #hold(name: string, options: SchemeOptions | undefined, redis: RedisOptions | undefined) {
    const key = JSON.stringify([name, options, redis]);
    const begin = () => this.#begin(name, options, redis);
    const shared = this.#open.get(key) ?? { opened: begin(), users: 0 };
    this.#open.set(key, shared);
    shared.users += 1;
    const release = async (): Promise<void> => {
      shared.users -= 1;
      if (shared.users > 0) return;
      this.#open.delete(key);
      const scheme = await shared.opened.catch(() => undefined);
      await scheme?.[Symbol.asyncDispose]();
    };
    return { name, opened: shared.opened, release };
  }

  async #begin(
    name: string,
    options: SchemeOptions | undefined,
    redis: RedisOptions | undefined,
  ): Promise<Scheme> {
    const { log, observer, given, now = Date.now } = this.#setup;
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    if (own !== undefined) return schemeFromOutside(own);
    if (options === undefined) throw new TypeError('A scheme that is held is configured');
    const setup = { name, log, observer, now };
    if (!('oidc' in options)) return openScheme(options, setup);
    const { count: sessions, size: bytes } = options.oidc.session.memory;
    const opened = this.#stores.open({ name, redis, sessions, bytes });
    return openOidc(options.oidc, { ...setup, observer, opened });
  }
}

function inThisProcess(now = Date.now): AskStore {
  const stores = new MemoryStores(now);
  return (question) => stores.answer(question);
}

function openScheme(
  options: Exclude<SchemeOptions, { oidc: unknown }>,
  setup: SchemeSetup,
): Promise<Scheme> {
  if ('jwt' in options) return openJwt(options.jwt, setup);
  if ('introspection' in options) return openIntrospection(options.introspection, setup);
  if ('ldap' in options) return openLdap(options.ldap, setup);
  if ('mtls' in options) return openMtls(options.mtls, setup);
  return openApiKey(options.apiKey, setup);
}

/** Names that the graph accepts and that nobody knows. */
export function unknownSchemes(accepted: GraphAuthOptions, known: object): Problem[] {
  return accepted.schemes
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => ({
      code: 'UNKNOWN_SCHEME',
      message: `graphql.auth names "${name}", which is not under auth`,
    }));
}

function ambiguousSchemes(auth: AuthOptions, given: object): Problem[] {
  return Object.keys(given)
    .filter((name) => Object.hasOwn(auth, name))
    .map((name) => ({
      code: 'AMBIGUOUS_SCHEME',
      message: `auth.${name} is configured, and a scheme of this name was given to createGateway`,
    }));
}

function sharedPaths(configured: Parameters<typeof loginPaths>[0]): Problem[] {
  const known = new Map<string, string>();
  return loginPaths(configured).flatMap(({ name, path }) => {
    const other = known.get(path);
    known.set(path, name);
    if (other === undefined) return [];
    const message = `auth.${name} and auth.${other} have their logins at the same path, ${path}`;
    return [{ code: 'INVALID_VALUE', message }];
  });
}
