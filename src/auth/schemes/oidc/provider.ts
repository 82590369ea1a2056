import type { JWTPayload, JWTVerifyOptions } from 'jose';
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  ClientSecretBasic,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  processUserInfoResponse,
  refreshTokenGrantRequest,
  type TokenEndpointResponse,
  userInfoRequest,
  validateAuthResponse,
} from 'oauth4webapi';
import { HttpClient } from '../../../clients/http.ts';
import type { Caller } from '../../../context.ts';
import { type Cancellation, Canceller } from '../../../lib/cancellation.ts';
import { Deadline } from '../../../lib/deadline.ts';
import { words } from '../../caller.ts';
import { CredentialRefused } from '../../scheme.ts';
import type { KeySource } from '../jwt/keys.ts';
import { algorithms } from '../jwt/options.ts';
import { RemoteKeys } from '../jwt/remote-keys.ts';
import { Discovery, type Metadata } from './discovery.ts';
import { failureOf } from './failures.ts';
import type { Login } from './login-state.ts';
import { oauthFetch } from './oauth-fetch.ts';
import type { Session } from './session.ts';
import type { OidcSetup } from './setup.ts';
import { verifySigned } from './signed.ts';

/** Longest answer, in bytes: tokens and claims of one person. */
const maxBodyBytes = 1_000_000;
/** Most questions at once; later ones wait for a connection. */
const connections = 32;

/** Who logged in, as a provider vouches for it. */
export type Granted = Pick<Session, 'claims' | 'scopes' | 'tokens'>;

/** One question to the provider, and who is asked. */
interface Question {
  readonly server: Metadata;
  readonly client: Client;
  readonly secret: ReturnType<typeof ClientSecretBasic>;
  readonly options: ReturnType<typeof requestOptions>;
  readonly signal: Cancellation;
}

/** Asks one OpenID provider: OpenID Connect Core 1.0, sections 3.1 and 12. */
export class OpenidProvider implements AsyncDisposable {
  readonly #setup: OidcSetup;
  readonly #redirectUri: string;
  readonly #http: HttpClient;
  readonly #life = new Canceller();
  readonly #discovery: Discovery;
  readonly #keys: KeySource;
  readonly #client: Client;

  constructor(setup: OidcSetup, redirectUri: string) {
    const { issuer, keys, timeout, clientId, leeway } = setup.options;
    this.#setup = setup;
    this.#redirectUri = redirectUri;
    const times = { keepAliveMs: 4_000, connectTimeoutMs: timeout };
    this.#http = new HttpClient({ connections, ...times, maxBodyBytes });
    this.#discovery = new Discovery(setup, this.#http, this.#life);
    this.#keys = new RemoteKeys({ ...setup, issuer, options: { ...keys, timeout } });
    this.#client = { client_id: clientId, [clockTolerance]: leeway / 1_000 };
  }

  /** Where its endpoints are. */
  metadata(signal: Cancellation): Promise<Metadata> {
    return this.#discovery.metadata(signal);
  }

  /** Where a browser goes to log in. */
  async authorizationUrl(login: Login, signal: Cancellation): Promise<string> {
    const { clientId, scopes, parameters } = this.#setup.options;
    const url = new URL((await this.metadata(signal)).authorization_endpoint);
    const sent = {
      ...parameters,
      client_id: clientId,
      response_type: 'code',
      redirect_uri: this.#redirectUri,
      scope: scopes.join(' '),
      state: login.state,
      nonce: login.nonce,
      code_challenge: await calculatePKCECodeChallenge(login.verifier),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(sent)) url.searchParams.set(name, value);
    return url.href;
  }

  /** Exchanges the code that a browser has brought back; a `CredentialRefused` where it is none. */
  exchange(brought: URLSearchParams, login: Login, signal: Cancellation): Promise<Granted> {
    return this.#ask(async (question) => {
      const { server, client, secret, options } = question;
      const answer = checkBrought(server, client, brought, login);
      const { verifier, nonce } = login;
      const to = this.#redirectUri;
      const response = await authorizationCodeGrantRequest(
        ...([server, client, secret, answer, to, verifier, options] as const),
      );
      const checks = { expectedNonce: nonce, requireIdToken: true };
      const granted = await processAuthorizationCodeResponse(server, client, response, checks);
      return this.#granted(question, granted, undefined);
    }, signal);
  }

  /** Exchanges a refresh token; a `CredentialRefused` where the provider takes it no longer. */
  refresh(session: Session, refreshToken: string, signal: Cancellation): Promise<Granted> {
    return this.#ask(async (question) => {
      const { server, client, secret, options } = question;
      const response = await refreshTokenGrantRequest(
        ...([server, client, secret, refreshToken, options] as const),
      );
      const granted = await processRefreshTokenResponse(server, client, response);
      return this.#granted(question, granted, session);
    }, signal);
  }

  /** The claims of a token that the provider has signed for this client. */
  verify(token: string, rules: JWTVerifyOptions, signal: Cancellation): Promise<JWTPayload> {
    const { issuer, clientId, leeway } = this.#setup.options;
    const own = { issuer, audience: clientId, clockTolerance: leeway / 1_000 };
    const currentDate = new Date(this.#setup.now());
    const all = { algorithms: [...algorithms], currentDate, ...own, ...rules };
    return verifySigned(this.#keys, token, all, signal);
  }

  async #ask(
    ask: (question: Question) => Promise<Granted>,
    signal: Cancellation,
  ): Promise<Granted> {
    const { name, options, observer } = this.#setup;
    const server = await this.metadata(signal);
    using limit = new Deadline(signal, options.timeout);
    const asked = { options: requestOptions(this.#http, limit.signal), signal: limit.signal };
    const { method, clientSecret } = options;
    const secret = (method === 'basic' ? ClientSecretBasic : ClientSecretPost)(clientSecret);
    try {
      const granted = await ask({ ...asked, server, client: this.#client, secret });
      observer.asked(name, 'ok');
      return granted;
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = failureOf(thrown);
      observer.asked(name, failure instanceof CredentialRefused ? 'ok' : 'failed');
      throw failure;
    }
  }

  /** A refresh may leave the ID token out: then the one before still says who it is. */
  async #granted(
    question: Question,
    granted: TokenEndpointResponse,
    before: Session | undefined,
  ): Promise<Granted> {
    const { options, now } = this.#setup;
    const { access_token: access, refresh_token, id_token, expires_in, scope } = granted;
    const claims = await this.#claims(question, granted, before);
    const endsAtMs = expires_in === undefined ? undefined : now() + expires_in * 1_000;
    const refresh = refresh_token ?? before?.tokens.refresh;
    const id = id_token ?? before?.tokens.id ?? '';
    return {
      claims,
      // A scope that is left out is the one that was asked for: RFC 6749, sections 5.1 and 6.
      scopes: scope === undefined ? (before?.scopes ?? options.scopes) : words(scope),
      tokens: { access, refresh, id, endsAtMs },
    };
  }

  async #claims(
    { server, client, options, signal }: Question,
    granted: TokenEndpointResponse,
    before: Session | undefined,
  ): Promise<Caller['claims']> {
    const fresh = getValidatedIdTokenClaims(granted);
    if (granted.id_token !== undefined) await this.verify(granted.id_token, {}, signal);
    if (before !== undefined && fresh !== undefined && fresh.sub !== before.claims['sub']) {
      throw new CredentialRefused('sub', 'The session has ended');
    }
    const claims = { ...before?.claims, ...fresh };
    if (!this.#setup.options.userinfo) return claims;
    const response = await userInfoRequest(server, client, granted.access_token, options);
    const subject = String(claims['sub']);
    return { ...(await processUserInfoResponse(server, client, subject, response)), ...claims };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort(new Error('The scheme is no longer used'));
    await this.#keys[Symbol.asyncDispose]();
    await this.#http[Symbol.asyncDispose]();
  }
}

function requestOptions(http: HttpClient, signal: Cancellation) {
  return { [allowInsecureRequests]: true, [customFetch]: oauthFetch(http, signal) };
}

/** State, issuer (RFC 9207), repetitions, and refusals: none of them is worth a question. */
function checkBrought(
  server: Metadata,
  client: Client,
  brought: URLSearchParams,
  { state }: Login,
): URLSearchParams {
  try {
    return validateAuthResponse(server, client, brought, state);
  } catch (cause) {
    const isRefusal = cause instanceof AuthorizationResponseError;
    throw new CredentialRefused(isRefusal ? cause.error : 'answer', 'The login failed', { cause });
  }
}
