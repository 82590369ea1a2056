import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { type SigningKey, signingKey } from './issuer.ts';
import { listen, type TestServer } from './listen.ts';

/** The gateway as the provider knows it. */
export const gatewayClient = { clientId: 'gateway', clientSecret: 'a-secret-of-the-gateway' };

/** Where people log in from, as the provider knows it. */
export interface LoginClient {
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
  readonly backchannelLogoutUri?: string;
  /** How long access tokens last, in seconds. Default an hour. */
  readonly accessTokenS?: number;
  /** Whether a refresh token is good once. Default true. */
  readonly rotatesRefreshTokens?: boolean;
}

/** A real OpenID provider, `oidc-provider`, with the client `mira`, who has the role `staff`. */
export interface OpenidProvider extends TestServer {
  /** What is asked for, in order: paths. */
  readonly asked: string[];
  /** Answers in place of the provider, for one that is broken. */
  answer: RequestListener | undefined;
  /** Gets a token for the audience `shop`, signed or one that says nothing by itself. */
  token(format: 'jwt' | 'opaque', scope?: string): Promise<string>;
  /** Declares a token invalid: RFC 7009. */
  revoke(token: string): Promise<void>;
  /** Signs with another key from now on, and publishes that one alone. */
  rotate(): Promise<void>;
  /** Takes back all that was granted to those who have logged in: refresh tokens are refused. */
  revokeAll(): void;
  /** A token by which the provider tells that somebody has logged out; claims may differ. */
  logoutToken(sub: string, claims?: JWTPayload, header?: object): Promise<string>;
}

/** Where providers keep their tokens: all of a test process, so that one can follow another. */
class Store {
  static readonly #all = new Map<string, object>();
  readonly #kind: string;

  constructor(kind: string) {
    this.#kind = kind;
  }

  async upsert(id: string, stored: object): Promise<void> {
    Store.#all.set(`${this.#kind}:${id}`, stored);
  }

  async find(id: string): Promise<object | undefined> {
    return Store.#all.get(`${this.#kind}:${id}`);
  }

  async destroy(id: string): Promise<void> {
    Store.#all.delete(`${this.#kind}:${id}`);
  }

  async consume(id: string): Promise<void> {
    Object.assign((await this.find(id)) ?? {}, { consumed: Math.floor(Date.now() / 1_000) });
  }

  async findByUid(uid: string): Promise<object | undefined> {
    return this.#own().find((stored) => 'uid' in stored && stored.uid === uid);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, stored] of Store.#all) {
      if ('grantId' in stored && stored.grantId === grantId) Store.#all.delete(key);
    }
  }

  #own(): readonly object[] {
    const all = [...Store.#all];
    return all.filter(([key]) => key.startsWith(`${this.#kind}:`)).map(([, stored]) => stored);
  }

  static revokeAll(): void {
    for (const key of Store.#all.keys()) {
      if (/^(RefreshToken|Grant):/.test(key)) Store.#all.delete(key);
    }
  }
}

interface Provider {
  callback(): RequestListener;
  interactionFinished(
    request: IncomingMessage,
    response: ServerResponse,
    result: object,
  ): Promise<void>;
}

const miraClient = { clientId: 'mira', clientSecret: 'a-secret-of-mira' };

/** Starts a provider on a free port; its address is the issuer's name. */
export async function startOpenidProvider(login?: LoginClient): Promise<OpenidProvider> {
  const asked: string[] = [];
  let callback: RequestListener = () => {};
  let key = await signingKey();
  const server = await listen((request, response) => {
    asked.push(request.url ?? '');
    return (provider.answer ?? callback)(request, response);
  });
  const provider: OpenidProvider = {
    ...server,
    asked,
    answer: undefined,
    async token(format, scope = 'read write') {
      const resource = `urn:${format}`;
      const parameters = { grant_type: 'client_credentials', resource, scope };
      const granted = await post(`${server.url}/token`, parameters);
      return String(granted['access_token']);
    },
    async revoke(token) {
      await post(`${server.url}/token/revocation`, { token });
    },
    async logoutToken(sub, claims, header) {
      const { kid, privateKey } = key;
      const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
      const usual = { iss: server.url, aud: gatewayClient.clientId, sub, events };
      return new SignJWT({ ...usual, jti: randomUUID(), ...claims })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'logout+jwt', ...header })
        .setIssuedAt(claims?.iat)
        .setExpirationTime(claims?.exp ?? '2m')
        .sign(privateKey);
    },
    async rotate() {
      key = await signingKey();
      callback = withLoginPage(await create(server.url, key, login));
    },
    revokeAll: () => Store.revokeAll(),
  };
  await provider.rotate();
  return provider;
}

async function create(
  issuer: string,
  { kid, privateKey }: SigningKey,
  login: LoginClient | undefined,
): Promise<Provider> {
  const key = { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
  // It has no types of its own.
  const { Provider } = (await import('oidc-provider' as string)) as {
    readonly Provider: new (issuer: string, configuration: object) => Provider;
  };
  return new Provider(issuer, {
    adapter: Store,
    clients: [miraClient, gatewayClient].map(({ clientId, clientSecret }) => ({
      client_id: clientId,
      client_secret: clientSecret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
      ...(login !== undefined && clientId === gatewayClient.clientId && loginMetadata(login)),
    })),
    ...(login !== undefined && loginConfiguration(login)),
    jwks: { keys: [key] },
    scopes: ['read', 'write'],
    extraTokenClaims: () => ({ sub: 'mira', roles: ['staff'] }),
    ttl: { ...ttl, AccessToken: login?.accessTokenS ?? 3_600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: login !== undefined },
      rpInitiatedLogout: { enabled: login !== undefined, logoutSource },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: { enabled: login === undefined, getResourceServerInfo: resourceServer },
    },
  });
}

function loginMetadata({
  redirectUris,
  postLogoutRedirectUris,
  backchannelLogoutUri,
}: LoginClient) {
  return {
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: redirectUris,
    post_logout_redirect_uris: postLogoutRedirectUris ?? [],
    response_types: ['code'],
    ...(backchannelLogoutUri !== undefined && {
      backchannel_logout_uri: backchannelLogoutUri,
      backchannel_logout_session_required: true,
    }),
  };
}

/** Who logs in as somebody is somebody, with the role `staff`, whatever the password. */
function loginConfiguration({ rotatesRefreshTokens = true }: LoginClient): object {
  return {
    // Its own dispatcher refuses addresses of this machine.
    fetch: (url: string, { dispatcher: _own, ...options }: RequestInit & { dispatcher?: object }) =>
      fetch(url, options),
    cookies: { keys: ['a-secret-of-the-provider'] },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'sid', 'roles', 'name'] },
    issueRefreshToken: async () => true,
    rotateRefreshToken: rotatesRefreshTokens,
    async findAccount(_context: unknown, accountId: string) {
      const claims = { sub: accountId, roles: ['staff'], name: `${accountId} of the shop` };
      return { accountId, claims: async () => claims };
    },
    async loadExistingGrant(context: GrantContext) {
      const { provider, session, client } = context.oidc;
      const known = session.grantIdFor(client.clientId);
      if (known !== undefined) return provider.Grant.find(known);
      const ids = { clientId: client.clientId, accountId: session.accountId };
      const grant = new provider.Grant(ids);
      grant.addOIDCScope('openid offline_access read write');
      await grant.save();
      return grant;
    },
  };
}

/** The page where people say who they are; nobody is asked to prove it. */
function withLoginPage(provider: Provider): RequestListener {
  const others = provider.callback();
  return async (request, response) => {
    const { url = '', method } = request;
    if (!url.startsWith('/interaction/')) return others(request, response);
    if (method === 'GET') {
      response.setHeader('content-type', 'text/html');
      const fields = '<input name="login"><button type="submit">Log in</button>';
      return void response.end(`<form method="post" action="${url}">${fields}</form>`);
    }
    const accountId = new URLSearchParams(await text(request)).get('login') ?? '';
    await provider.interactionFinished(request, response, { login: { accountId } });
  };
}

interface GrantContext {
  readonly oidc: {
    readonly provider: {
      readonly Grant: {
        new (ids: object): { addOIDCScope(scope: string): void; save(): Promise<string> };
        find(id: string): Promise<object>;
      };
    };
    readonly session: {
      readonly accountId: string;
      grantIdFor(clientId: string): string | undefined;
    };
    readonly client: { readonly clientId: string };
  };
}

/** In seconds. */
const ttl = {
  ClientCredentials: 3_600,
  Grant: 3_600,
  IdToken: 3_600,
  Interaction: 600,
  RefreshToken: 3_600,
  Session: 3_600,
};

/** Asks whoever logs out whether that is meant. */
function logoutSource(context: { body: string }, form: string): void {
  const button = '<button type="submit" form="op.logoutForm" value="yes" name="logout">';
  context.body = `${form}${button}Log out</button>`;
}

function resourceServer(_context: unknown, resource: string): object {
  return {
    scope: 'read write',
    audience: 'shop',
    accessTokenFormat: resource.replace('urn:', ''),
    jwt: { sign: { alg: 'ES256' } },
  };
}

/** Asks the provider for something as the client `mira`. */
async function post(
  url: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const { clientId, clientSecret } = miraClient;
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams(parameters),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text === '' ? {} : JSON.parse(text);
}
