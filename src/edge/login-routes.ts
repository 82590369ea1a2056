import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoginEndpoints, LoginRequest } from '../auth/scheme.ts';
import type { Reply, RequestLog } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { ClientSignal } from './client-signal.ts';
import { Cors } from './cors.ts';
import type { CorsOptions } from './cors-options.ts';
import { refuseForged, type Trusts } from './csrf.ts';
import { type Fail, plainTarget } from './fail.ts';
import { searchOf } from './parameters.ts';
import { readBody } from './read-body.ts';
import type { Handler, Route } from './routes.ts';
import { isNavigation, redirectToLogin } from './to-login.ts';
import { writeReply } from './write-reply.ts';

/** Longest body with a logout token, in bytes. */
const maxBodyBytes = 100_000;

export interface LoginRoutesSetup {
  /** The path that begins those of this login. */
  readonly path: string;
  /** Takes hold of the login for as long as a request needs it. */
  readonly lease: () => Disposable & { readonly login: LoginEndpoints | undefined };
  readonly fail: Fail;
  readonly open: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => { readonly id: string; readonly log: RequestLog };
  /** Pages of which other origins may look at their session and end it; none without credentials. */
  readonly cors?: CorsOptions | undefined;
}

type Step = (
  login: LoginEndpoints,
  request: IncomingMessage,
  log: RequestLog,
  signal: Cancellation,
) => Promise<Reply>;

/** One of the endpoints. */
interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly step: Step;
  /** Undefined for one that no page of another origin reads. */
  readonly cors?: Cors | undefined;
}

/** Where people log in and out, and where a provider tells that they have logged out elsewhere. */
export function loginRoutes(setup: LoginRoutesSetup): readonly Route[] {
  const { cors: options } = setup;
  const corsFor = (method: Endpoint['method']) =>
    options?.credentials ? new Cors(options, method) : undefined;
  const others = corsFor('POST');
  const trusts: Trusts = (origin) => others?.trusts(origin) === true;
  const at = (name: string, endpoint: Endpoint): Route => {
    return { path: `${setup.path}/${name}`, handler: handlerOf(setup, endpoint) };
  };
  const asked = (name: 'login' | 'callback' | 'logout' | 'session'): Step => {
    return (login, request, log, signal) => login[name](loginRequest(request, log, trusts), signal);
  };
  const told: Step = async (login, request, log, signal) => {
    return login.backchannelLogout(await logoutToken(request, signal), log, signal);
  };
  return [
    at('login', { method: 'GET', step: asked('login') }),
    at('callback', { method: 'GET', step: asked('callback') }),
    at('logout', { method: 'POST', step: asked('logout'), cors: others }),
    at('session', { method: 'GET', step: elseLogin(asked('session')), cors: corsFor('GET') }),
    at('backchannel-logout', { method: 'POST', step: told }),
  ];
}

function handlerOf(setup: LoginRoutesSetup, { method, step, cors }: Endpoint): Handler {
  return async (request, response) => {
    using client = new ClientSignal(response);
    const { id, log } = setup.open(request, response);
    const send = (reply: Reply): void =>
      writeReply(response, cors === undefined ? reply : cors.on(reply, request.headers));
    try {
      // Before anything is asked of the caller: a browser's preflight has no credentials.
      if (cors !== undefined && request.method === 'OPTIONS') {
        const headers = { allow: method, ...cors.preflight(request.headers) };
        return writeReply(response, { status: 204, headers, body: '' });
      }
      using lease = setup.lease();
      const { login } = lease;
      if (login === undefined) throw new GatewayError('NOT_FOUND', 'Nobody logs in here');
      if (request.method !== method) throw notAllowed(method);
      send(await answer(login, step, request, log, client.signal));
    } catch (thrown) {
      const error = GatewayError.from(thrown);
      log.note({ code: error.code });
      if (error.fault !== 'client') log.error({ err: error }, 'A request of a login failed');
      const { headers, ...reply } = setup.fail(error, { ...plainTarget, id });
      send({ ...reply, headers: { 'cache-control': 'no-store', ...headers } });
    }
  };
}

/** Whoever is told to log in is also told where. */
async function answer(
  login: LoginEndpoints,
  step: Step,
  request: IncomingMessage,
  log: RequestLog,
  signal: Cancellation,
): Promise<Reply> {
  try {
    return await step(login, request, log, signal);
  } catch (thrown) {
    const { code, message, cause, extensions } = GatewayError.from(thrown);
    if (code !== 'UNAUTHENTICATED') throw thrown;
    const told = { login: login.loginPath, ...extensions };
    const headers = { 'www-authenticate': login.challenge };
    throw new GatewayError(code, message, { cause, extensions: told, headers });
  }
}

/** The browser of a visitor is sent to the login, and back. A page is told where it is. */
function elseLogin(step: Step): Step {
  return async (login, request, log, signal) => {
    try {
      return await step(login, request, log, signal);
    } catch (thrown) {
      const { code, extensions } = GatewayError.from(thrown);
      const told = { code, extensions: { ...extensions, login: login.loginPath } };
      const sent = redirectToLogin(told, request);
      if (sent === undefined) throw thrown;
      log.note({ code });
      return sent;
    }
  };
}

function loginRequest(request: IncomingMessage, log: RequestLog, trusts: Trusts): LoginRequest {
  const { headers, rawHeaders, url = '', socket } = request;
  const clientAddress = socket.remoteAddress ?? '';
  return {
    presented: { headers, rawHeaders, url, clientAddress, log },
    search: new URLSearchParams(searchOf(request)),
    isNavigation: isNavigation(headers),
    refuseForged: (proof) => refuseForged(headers, proof, trusts),
  };
}

async function logoutToken(request: IncomingMessage, signal: Cancellation): Promise<string> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'A logout token is sent as a form');
  }
  const form = new URLSearchParams(await readBody(request, maxBodyBytes, signal));
  const [token, ...more] = form.getAll('logout_token');
  if (token !== undefined && more.length === 0) return token;
  throw new GatewayError('BAD_REQUEST', 'The form has no logout_token, or several');
}

function notAllowed(allow: string): GatewayError {
  const message = `This is served by ${allow}`;
  return new GatewayError('METHOD_NOT_ALLOWED', message, { headers: { allow } });
}
