import { resolve } from 'node:path';
import { z } from 'zod';
import { allowOptions } from './rules/options.ts';
import { apiKeyOptions } from './schemes/api-key/options.ts';
import { introspectionOptions } from './schemes/introspection/options.ts';
import { jwtOptions } from './schemes/jwt/options.ts';
import { ldapOptions } from './schemes/ldap/options.ts';
import { mtlsOptions } from './schemes/mtls/options.ts';
import { oidcOptions } from './schemes/oidc/options.ts';

/** A scheme is exactly one of these. */
const scheme = z
  .union([
    z.strictObject({ jwt: jwtOptions.describe('Signed tokens (RFC 7519) of one issuer') }),
    z.strictObject({
      introspection: introspectionOptions.describe(
        'Tokens of which the authorization server is asked (RFC 7662)',
      ),
    }),
    z.strictObject({
      apiKey: apiKeyOptions.describe('Keys that were handed out, of which the hashes are known'),
    }),
    z.strictObject({
      oidc: oidcOptions.describe(
        'People who log in with their browser at an OpenID provider, and have a session here',
      ),
    }),
    z.strictObject({
      ldap: ldapOptions.describe('Names and passwords (Basic, RFC 7617) of users of a directory'),
    }),
    z.strictObject({
      mtls: mtlsOptions.describe('Certificates that clients show when they connect by TLS'),
    }),
  ])
  .describe('One way to prove who calls');

/** `auth`: ways to prove who calls, by name. */
export const authOptions = z.record(
  z.string().regex(/^[\w-]+$/, 'Expected a name of letters, digits, _ or -'),
  scheme,
);

const names = z.array(z.string().min(1));

/** `graphql.auth`: the schemes that are accepted, and whether one has to be used. */
export const graphAuthOptions = z
  .union(
    [
      names,
      z.strictObject({
        schemes: names
          .default([])
          .describe('Names under `auth`, in the order they are asked. Default none'),
        require: z
          .boolean()
          .default(false)
          .describe('Whether callers have to prove who they are. Default false: some may not'),
        allow: allowOptions
          .optional()
          .describe('Who may use the graph at all: all others get 401 or 403. Default everybody'),
      }),
    ],
    'Expected a list of names under `auth`, or a map of schemes and require',
  )
  .prefault([])
  .transform((given) => (Array.isArray(given) ? { schemes: given, require: false } : given));

/** What an operator writes under `auth`. */
export type AuthInput = z.input<typeof authOptions>;
/** `auth` with every default; paths are absolute once a configuration is loaded. */
export type AuthOptions = z.output<typeof authOptions>;
/** One scheme with its options. */
export type SchemeOptions = AuthOptions[string];
/** Who is let in to the graph. */
export type GraphAuthOptions = z.output<typeof graphAuthOptions>;

/** The same schemes with their paths seen from `folder`. */
export function resolveAuth(auth: AuthOptions, folder: string): AuthOptions {
  const entries = Object.entries(auth).map(([name, one]) => [name, resolveScheme(one, folder)]);
  return Object.fromEntries(entries);
}

function resolveScheme(scheme: SchemeOptions, folder: string): SchemeOptions {
  if ('jwt' in scheme && scheme.jwt.keys.file !== undefined) {
    const { keys } = scheme.jwt;
    return { jwt: { ...scheme.jwt, keys: { ...keys, file: resolve(folder, keys.file ?? '') } } };
  }
  if ('apiKey' in scheme && scheme.apiKey.keysFile !== undefined) {
    return { apiKey: { ...scheme.apiKey, keysFile: resolve(folder, scheme.apiKey.keysFile) } };
  }
  if ('ldap' in scheme && scheme.ldap.ca !== undefined) {
    return { ldap: { ...scheme.ldap, ca: resolve(folder, scheme.ldap.ca) } };
  }
  return scheme;
}
