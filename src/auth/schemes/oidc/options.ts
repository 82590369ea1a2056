import { z } from 'zod';
import { duration, timeLimit } from '../../../lib/duration.ts';
import { size } from '../../../lib/size.ts';
import { secureUrl } from '../../fields.ts';

const text = z.string().min(1);

/** Where one prefix of the data plane is: no slash at its end. */
const path = z.string().regex(/^(?:\/[\w.~-]+)+$/, 'Expected a path such as /auth/backoffice');

/** Parameters that make a login safe: no configuration may set them. */
const ownParameters = new Set([
  'client_id',
  'client_secret',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
]);

const cookie = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]+$/, 'Expected a name of letters, digits, _ or -')
    .optional()
    .describe('Name without its prefix __Host-. Default gatehouse-<name of the scheme>'),
  secure: z
    .boolean()
    .default(true)
    .describe(
      'Whether browsers send it by HTTPS alone. Default true; false is for development on ' +
        'http://localhost, and leaves the prefix __Host- out',
    ),
});

const session = z.strictObject({
  idle: timeLimit
    .prefault('15m')
    .describe('How long a session lasts that nobody uses: each use begins it anew. Default 15m'),
  max: timeLimit
    .prefault('24h')
    .describe('How long it lasts, however much it is used. Default 24h; then one logs in again'),
  claims: z
    .array(text)
    .default([])
    .describe('Claims that the page is told by `GET <path>/session`, beside `sub`. Default none'),
  memory: z
    .strictObject({
      count: z.int().min(1).default(100_000).describe('Most sessions. Default 100000'),
      size: size.prefault('256MB').describe('Room for all of them. Default 256MB'),
    })
    .prefault({})
    .describe(
      'Bounds of the sessions of one gateway, where there is no `redis`: beyond them the one that ' +
        'was used longest ago ends',
    ),
});

const refresh = z.strictObject({
  before: duration
    .prefault('60s')
    .describe('How long before its end an access token is exchanged for a new one. Default 60s'),
  cooldown: timeLimit
    .prefault('5s')
    .describe('Least time between two attempts for one session that fail. Default 5s'),
});

const keys = z.strictObject({
  maxAge: timeLimit
    .prefault('10m')
    .describe(
      'When the keys of the provider are fetched anew; known ones serve until then, and while it ' +
        'is down. Default 10m',
    ),
  cooldown: timeLimit.prefault('30s').describe('Least time between two fetches. Default 30s'),
});

/** `oidc`: people who log in at a provider with their browser; sessions are kept here. */
export const oidcOptions = z.strictObject({
  issuer: secureUrl.describe('The provider, as its discovery document names it'),
  clientId: text.describe('Name by which the provider knows the gateway'),
  clientSecret: text.describe('Its secret, best by a reference. Logins under way are sealed by it'),
  method: z
    .enum(['basic', 'post'])
    .default('basic')
    .describe('How the secret is sent: in Authorization, or in the body. Default basic'),
  publicUrl: secureUrl
    .refine((url) => ['', '/'].includes(url.replace(/^https?:\/\/[^/?#]+/, '')), {
      error: 'Expected an origin such as https://shop.test, without a path',
    })
    .transform((url) => new URL(url).origin)
    .describe('Origin under which browsers see the gateway. The provider sends them back to it'),
  path: path
    .optional()
    .describe(
      'Where login, callback, logout, backchannel-logout and session are. Default /auth/<name of ' +
        'the scheme>',
    ),
  scopes: z
    .array(text.regex(/^\S+$/, 'Expected a scope without spaces'))
    .default(['openid'])
    .refine((scopes) => scopes.includes('openid'), 'One of the scopes is openid')
    .describe('What is asked for. Default openid; many providers refresh with offline_access'),
  parameters: z
    .record(text, z.string().describe('What the parameter says'))
    .refine((given) => Object.keys(given).every((name) => !ownParameters.has(name)), {
      error: `None of ${[...ownParameters].join(', ')}: these are set for each login`,
    })
    .default({})
    .describe('More parameters of a login, such as prompt, acr_values or audience. Default none'),
  userinfo: z
    .boolean()
    .default(false)
    .describe('Whether claims are also fetched from the userinfo endpoint. Default false'),
  roles: text
    .default('roles')
    .describe('Claim with the roles, such as realm_access.roles. Default roles'),
  cookie: cookie.prefault({}).describe('The cookie that has the id of a session, and no more'),
  session: session.prefault({}).describe('How long sessions last, and what pages are told'),
  refresh: refresh.prefault({}).describe('How the tokens of a session are kept fresh'),
  logout: z
    .strictObject({
      returnTo: z
        .union([secureUrl, z.literal('/')])
        .default('/')
        .describe(
          'Where browsers are after a logout: /, which is publicUrl, or another URL. The provider ' +
            'has to know it. Default /',
        ),
    })
    .prefault({})
    .describe('What follows a logout'),
  keys: keys.prefault({}).describe('The keys that the provider signs with'),
  leeway: duration
    .prefault('5s')
    .describe('By how much clocks may differ, for the times of signed tokens. Default 5s'),
  timeout: timeLimit.prefault('5s').describe('For one answer of the provider. Default 5s'),
});

/** The options of `oidc` with every default. */
export type OidcOptions = z.output<typeof oidcOptions>;

/** Where the endpoints of a scheme of this name are. */
export function loginPath(name: string, { path: own }: Pick<OidcOptions, 'path'>): string {
  return own ?? `/auth/${name}`;
}
