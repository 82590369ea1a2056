import type { GatewayInput } from '../../../src/config/schema.ts';
import { Disposer } from '../../../src/lib/disposer.ts';
import { compose } from '../../../src/supergraph/compose.ts';
import { type Guarded, guarded } from '../../contracts/auth-scheme.ts';
import { freePort } from '../../harness/free-port.ts';
import {
  gatewayClient,
  type LoginClient,
  type OpenidProvider,
  startOpenidProvider,
} from '../../harness/openid-provider.ts';
import { linked } from '../../harness/subgraph.ts';
import { type Answer, Visitor } from './oidc-visitor.ts';

type OidcInput = Extract<NonNullable<GatewayInput['auth']>[string], { oidc: unknown }>['oidc'];

/** The name of the session's cookie; the visitor of these tests takes it without TLS. */
export const sessionCookie = '__Host-gatehouse-own';

/** A composed supergraph of one subgraph, which is not there. */
export function smallSupergraph(): string {
  const sdl = linked('type Query { hello: String }');
  const composition = compose([{ name: 'one', sdl, url: 'http://127.0.0.1:1' }]);
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems));
  return composition.supergraphSdl;
}

export interface ShopOptions {
  readonly oidc?: Partial<OidcInput>;
  readonly login?: Partial<LoginClient>;
  readonly config?: GatewayInput;
  readonly require?: boolean;
  /** How many gateways there are, of one configuration but for their ports. Default 1. */
  readonly gateways?: number;
  /** Where they listen. Default: free ports. */
  readonly ports?: readonly number[];
  /** The name under which browsers see them. Default 127.0.0.1. */
  readonly host?: string;
}

/** A provider, and gateways that people log in to. */
export interface Shop extends AsyncDisposable {
  readonly provider: OpenidProvider;
  readonly gateways: readonly Guarded[];
  readonly gateway: Guarded;
  /** Of the first gateway: its origin. */
  readonly origin: string;
  readonly origins: readonly string[];
}

/** Starts them; the scheme is named `own`. */
export async function openShop(options: ShopOptions = {}): Promise<Shop> {
  const owned = new Disposer();
  try {
    const { gateways: count = 1, host = '127.0.0.1' } = options;
    const ports = options.ports ?? (await Promise.all(Array.from({ length: count }, freePort)));
    const origins = ports.map((port) => `http://${host}:${port}`);
    const [origin = ''] = origins;
    const login: LoginClient = {
      redirectUris: origins.map((one) => `${one}/auth/own/callback`),
      postLogoutRedirectUris: origins.map((one) => `${one}/`),
      backchannelLogoutUri: `${origin}/auth/own/backchannel-logout`,
      ...options.login,
    };
    const provider = owned.use(await startOpenidProvider(login));
    const gateways: Guarded[] = [];
    for (const [index, port] of ports.entries()) {
      const publicUrl = origins[index] ?? '';
      const oidc = { issuer: provider.url, ...gatewayClient, publicUrl, ...options.oidc };
      const server = { listen: [{ host: '127.0.0.1', port }] };
      const accepted = { schemes: ['own'], require: options.require ?? false };
      const config = { ...options.config, server };
      gateways.push(owned.use(await guarded({ own: { oidc } }, accepted, config)));
    }
    const [gateway] = gateways;
    if (gateway === undefined) throw new TypeError('There is a gateway');
    const dispose = () => owned[Symbol.asyncDispose]();
    return { provider, gateways, gateway, origin, origins, [Symbol.asyncDispose]: dispose };
  } catch (failure) {
    await owned[Symbol.asyncDispose]();
    throw failure;
  }
}

/** Somebody with a session at the gateway of this origin. */
export async function loggedIn(origin: string, as = 'mira', visitor = new Visitor()) {
  const { status, text } = await visitor.logIn(
    `${origin}/auth/own/login?returnTo=/auth/own/session`,
    as,
  );
  if (status !== 200 || JSON.parse(text).subject !== as) throw new Error(`${status}: ${text}`);
  return visitor;
}

/** Asks for the motto, as a page of the origin does. */
export function askAs(
  visitor: Visitor,
  origin: string,
  headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
): Promise<Answer> {
  const body = JSON.stringify({ query: '{ motto }' });
  const type = { 'content-type': 'application/json' };
  return visitor.send(`${origin}/graphql`, {
    method: 'POST',
    headers: { ...type, ...headers },
    body,
  });
}

/** What the page of the visitor is told of its session. */
export async function sessionOf(visitor: Visitor, origin: string) {
  const { status, text } = await visitor.send(`${origin}/auth/own/session`);
  return { status, body: JSON.parse(text) as Record<string, unknown> };
}

/** The values of one of the gateway's counters, by those of its labels but the scheme. */
export async function countedOf({ gateway }: Guarded, name: string) {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const found = [
    ...text.matchAll(new RegExp(`^${name}\\{scheme="own",\\w+="(.*)"\\} (\\d+)$`, 'gm')),
  ];
  return Object.fromEntries(found.map(([, label, n]) => [label, Number(n)]));
}
