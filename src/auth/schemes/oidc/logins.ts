import { hash } from 'node:crypto';
import type { Reply, RequestLog } from '../../../context.ts';
import { GatewayError } from '../../../errors.ts';
import type { Cancellation } from '../../../lib/cancellation.ts';
import { getOwn } from '../../../lib/own.ts';
import { credentialAt } from '../../credentials.ts';
import { CredentialRefused, type LoginEndpoints, type LoginRequest, realm } from '../../scheme.ts';
import { type Cookies, loginSeconds } from './cookies.ts';
import { type Login, LoginStates, labelOf } from './login-state.ts';
import { type LogoutToken, readLogoutToken, rememberedMs } from './logout-token.ts';
import { loginPath } from './options.ts';
import type { OpenidProvider } from './provider.ts';
import { localPath } from './return-to.ts';
import { type FoundSession, groupOf } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { OidcSetup } from './setup.ts';
import { asked } from './store-failures.ts';

/** Most logins under way in one browser, such as in tabs: the oldest gives way to another one. */
const mostLogins = 5;

export interface LoginsSetup extends OidcSetup {
  readonly provider: OpenidProvider;
  readonly sessions: Sessions;
  readonly cookies: Cookies;
}

/** What browsers, pages and the provider ask of a scheme with sessions. */
export class Logins implements LoginEndpoints {
  readonly path: string;
  readonly loginPath: string;
  readonly challenge: string;
  readonly #setup: LoginsSetup;
  readonly #states: LoginStates;

  constructor(setup: LoginsSetup) {
    const { name, options, now } = setup;
    this.#setup = setup;
    this.path = loginPath(name, options);
    this.loginPath = `${this.path}/login`;
    this.challenge = `Session ${realm}, login="${this.loginPath}"`;
    this.#states = new LoginStates(options.clientSecret, options.issuer, now);
  }

  /** Sends the browser to the provider. */
  readonly login = async (request: LoginRequest, signal: Cancellation): Promise<Reply> => {
    const { provider, cookies } = this.#setup;
    const returnTo = localPath(request.search.get('returnTo') ?? '/');
    if (returnTo === undefined) {
      throw new GatewayError('BAD_REQUEST', 'returnTo is not a path of this site');
    }
    const login = this.#states.begin(returnTo);
    const url = await provider.authorizationUrl(login, signal);
    const name = cookies.login(labelOf(login.state));
    const others = cookies.logins(request.presented.headers.cookie);
    const tooMany = others.slice(0, Math.max(0, others.length - mostLogins + 1));
    return redirect(url, [
      ...tooMany.map((other) => cookies.clear(other)),
      cookies.setBrief(name, this.#states.seal(login)),
    ]);
  };

  /** Takes what the provider sends back by the browser, once, and begins a session. */
  readonly callback = async (request: LoginRequest, signal: Cancellation): Promise<Reply> => {
    const { name, observer, cookies } = this.#setup;
    const { log } = request.presented;
    const { cookie, login } = await this.#underWay(request, signal);
    try {
      const { id, session } = await this.#finish(request, login, signal);
      observer.loggedIn(name, 'ok');
      log.note({ scheme: name });
      log.debug({ scheme: name, endsAt: new Date(session.endsAtMs) }, 'A session began');
      const set = [cookies.clear(cookie), cookies.set(cookies.session, id.text)];
      return redirect(login.returnTo, set);
    } catch (thrown) {
      const isRefused = thrown instanceof CredentialRefused;
      observer.loggedIn(name, isRefused ? 'refused' : 'failed');
      if (!isRefused) throw thrown;
      log.note({ scheme: name, refused: thrown.reason });
      log.warn({ scheme: name, err: thrown }, 'A login was refused');
      throw new GatewayError('UNAUTHENTICATED', thrown.message, {
        cause: thrown,
        extensions: { login: this.loginPath },
      });
    }
  };

  /** Ends the session here, and sends the browser, or the page, on to end it at the provider. */
  readonly logout = async (request: LoginRequest, signal: Cancellation): Promise<Reply> => {
    const { sessions, cookies, name } = this.#setup;
    const found = await this.#session(request, signal);
    if (found !== undefined) {
      const { session: name } = cookies;
      request.refuseForged({ name, accepts: (token) => found.id.accepts(token) });
      await sessions.end(found.id, 'logout', signal);
    }
    request.presented.log.note({ scheme: name });
    const location = await this.#afterLogout(found, signal);
    const cleared = [cookies.clear(cookies.session)];
    if (request.isNavigation) return redirect(location, cleared);
    return json(200, { location }, { 'set-cookie': cleared });
  };

  /** Who is logged in, for the page. */
  readonly session = async (request: LoginRequest, signal: Cancellation): Promise<Reply> => {
    const { sessions, cookies, options } = this.#setup;
    const text = credentialAt({ cookie: cookies.session }, request.presented);
    if (text === undefined) {
      throw new CredentialRefused('none', 'Nobody is logged in');
    }
    const { id, session } = await sessions.find(text, request.presented, signal);
    const { claims, endsAtMs } = session;
    const told = options.session.claims.map((claim) => [claim, getOwn(claims, claim)] as const);
    return json(200, {
      subject: claims['sub'],
      claims: Object.fromEntries(told.filter(([, value]) => value !== undefined)),
      endsAt: new Date(endsAtMs).toISOString(),
      csrfToken: id.csrfToken,
    });
  };

  async backchannelLogout(
    logoutToken: string,
    log: RequestLog,
    signal: Cancellation,
  ): Promise<Reply> {
    const { name, provider, observer } = this.#setup;
    log.note({ scheme: name });
    try {
      const token = await readLogoutToken(logoutToken, provider, signal);
      const ended = await this.#endFor(token, signal);
      observer.ended(name, 'backchannel', ended);
      log.info({ scheme: name, sessions: ended }, 'A provider ended sessions');
      return { status: 200, headers: noStore, body: '' };
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof GatewayError && thrown.fault !== 'client') throw thrown;
      const refused = thrown instanceof CredentialRefused ? thrown.reason : 'token';
      log.note({ refused });
      log.warn({ scheme: name, err: thrown }, 'A logout token was refused');
      return json(400, { error: 'invalid_request' });
    }
  }

  /** Gives how many sessions it ended. A token that could not be followed may come again. */
  async #endFor({ jti, sub, sid }: LogoutToken, signal: Cancellation): Promise<number> {
    const { store } = this.#setup;
    const claim = `logout:${hash('sha256', jti, 'base64url')}`;
    if (!(await asked(store.claim(claim, '', rememberedMs, signal), signal))) {
      throw new CredentialRefused('jti', 'The logout token was used before');
    }
    try {
      const group = groupOf('sid', sid) ?? groupOf('sub', sub) ?? '';
      return await asked(store.endGroup(group, signal), signal);
    } catch (failure) {
      await store.release(claim, '', signal).catch(() => {});
      throw failure;
    }
  }

  /** The login that this answer is for, which only the browser knows that began it. */
  async #underWay({ search, presented }: LoginRequest, signal: Cancellation) {
    const { cookies, store } = this.#setup;
    const states = search.getAll('state');
    const [state = ''] = states;
    const cookie = cookies.login(labelOf(state));
    const sealed = states.length === 1 ? credentialAt({ cookie }, presented) : undefined;
    const login = sealed === undefined ? undefined : this.#states.unseal(sealed, state);
    const claim = `login:${labelOf(state)}`;
    const isFirst =
      login !== undefined &&
      (await asked(store.claim(claim, '', loginSeconds * 1_000, signal), signal));
    if (login !== undefined && isFirst) return { cookie, login };
    const message = 'This login is not under way in this browser, or took too long: begin it anew';
    const extensions = { login: this.loginPath };
    throw new GatewayError('BAD_REQUEST', message, { extensions });
  }

  async #finish(
    { search, presented }: LoginRequest,
    login: Login,
    signal: Cancellation,
  ): Promise<FoundSession> {
    const { provider, sessions, cookies } = this.#setup;
    const granted = await provider.exchange(search, login, signal);
    const begun = await sessions.begin(granted, signal);
    // Of the browser's session before this one nothing is left, whatever else it sent.
    const before = cookieOf(cookies.session, presented);
    const old = before === undefined ? undefined : await sessions.peek(before, signal);
    if (old !== undefined) await sessions.end(old.id, 'login', signal);
    return begun;
  }

  async #session({ presented }: LoginRequest, signal: Cancellation) {
    const { cookies, sessions } = this.#setup;
    const text = credentialAt({ cookie: cookies.session }, presented);
    return text === undefined ? undefined : await sessions.peek(text, signal);
  }

  /** OpenID Connect RP-Initiated Logout 1.0, section 2; without it, the logout is of here alone. */
  async #afterLogout(found: FoundSession | undefined, signal: Cancellation): Promise<string> {
    const { options, provider } = this.#setup;
    const { returnTo } = options.logout;
    const next = new URL(returnTo, options.publicUrl).href;
    if (found === undefined) return next;
    const known = await provider.metadata(signal).catch(() => undefined);
    if (known?.end_session_endpoint === undefined) return next;
    const url = new URL(known.end_session_endpoint);
    url.searchParams.set('id_token_hint', found.session.tokens.id);
    url.searchParams.set('client_id', options.clientId);
    url.searchParams.set('post_logout_redirect_uri', next);
    return url.href;
  }
}

/** What is said twice is nobody's. */
function cookieOf(cookie: string, presented: LoginRequest['presented']): string | undefined {
  try {
    return credentialAt({ cookie }, presented);
  } catch {
    return undefined;
  }
}

const noStore = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

function redirect(location: string, cookies: readonly string[]): Reply {
  return { status: 303, headers: { ...noStore, location, 'set-cookie': cookies }, body: '' };
}

function json(status: number, content: object, headers: Reply['headers'] = {}): Reply {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...noStore, ...type, ...headers }, body: JSON.stringify(content) };
}
