import type { RequestListener } from 'node:http';
import { exportJWK } from 'jose';
import { signingKey } from './issuer.ts';
import { listen, type TestServer } from './listen.ts';

/** The gateway as the provider knows it. */
export const gatewayClient = { clientId: 'gateway', clientSecret: 'a-secret-of-the-gateway' };

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
}

interface Provider {
  callback(): RequestListener;
}

const miraClient = { clientId: 'mira', clientSecret: 'a-secret-of-mira' };

/** Starts a provider on a free port; its address is the issuer's name. */
export async function startOpenidProvider(): Promise<OpenidProvider> {
  const asked: string[] = [];
  let callback: RequestListener = () => {};
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
    async rotate() {
      callback = (await create(server.url)).callback();
    },
  };
  await provider.rotate();
  return provider;
}

async function create(issuer: string): Promise<Provider> {
  const { kid, privateKey } = await signingKey();
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
    })),
    jwks: { keys: [key] },
    scopes: ['read', 'write'],
    extraTokenClaims: () => ({ sub: 'mira', roles: ['staff'] }),
    ttl: { ClientCredentials: 3_600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: { enabled: true, getResourceServerInfo: resourceServer },
    },
  });
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
