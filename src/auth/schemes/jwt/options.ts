import { z } from 'zod';
import { duration, timeLimit } from '../../../lib/duration.ts';
import { size } from '../../../lib/size.ts';
import { secureUrl, textOrList, tokenPlaces } from '../../fields.ts';

/** All of them go by a public key: with a shared secret, whoever checks tokens could make them. */
export const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** How keys are had; a scheme without `url` and `file` discovers where they are. */
const keys = z.strictObject({
  url: secureUrl
    .optional()
    .describe(
      'Where the JSON Web Key Set is. Default: what the issuer says in ' +
        '/.well-known/openid-configuration',
    ),
  file: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A file with the keys in place of a URL: a JSON Web Key Set, or public keys and ' +
        'certificates in PEM. It is watched. Relative to the configuration file',
    ),
  maxAge: timeLimit
    .prefault('10m')
    .describe(
      'Age at which keys are fetched anew; those that are known serve until newer ones are there, ' +
        'however long that takes. Default 10m',
    ),
  cooldown: timeLimit
    .prefault('30s')
    .describe(
      'Least time between two fetches, whether they succeed or fail, and however many tokens name ' +
        'unknown keys. Default 30s',
    ),
  timeout: timeLimit.prefault('5s').describe('For one fetch. Default 5s'),
});

/** `jwt`: signed tokens (RFC 7519) of one issuer. */
export const jwtOptions = z.strictObject({
  issuer: textOrList.describe('Who makes the tokens: claim `iss`, one of these'),
  audience: textOrList
    .optional()
    .describe(
      'For whom they are: claim `aud` has one of these. Default: it is not looked at, and tokens ' +
        'that were made for others are accepted',
    ),
  keys: keys
    .prefault({})
    .refine(
      ({ url, file }) => url === undefined || file === undefined,
      'The keys have a url or a file, not both',
    )
    .describe('The keys that tokens are signed with'),
  algorithms: z
    .array(z.enum(algorithms))
    .min(1)
    .default([...algorithms])
    .describe('Signatures that are accepted. Default all of these; each goes by a public key'),
  type: z
    .string()
    .min(1)
    .optional()
    .describe('What the header `typ` has to be, such as at+jwt (RFC 9068). Default: anything'),
  requiredClaims: z
    .array(z.string().min(1))
    .default([])
    .describe('Claims that a token must have, beside `iss` and `exp`. Default none'),
  leeway: duration
    .prefault('5s')
    .describe('By how much clocks may differ, for `exp`, `nbf` and `iat`. Default 5s'),
  roles: z
    .string()
    .min(1)
    .default('roles')
    .describe('Claim with the roles, such as realm_access.roles. Default roles'),
  token: tokenPlaces,
  cache: size
    .prefault('16MB')
    .describe('Room for tokens that were verified, so that it is done once for each. Default 16MB'),
});

/** The options of `jwt` with every default. */
export type JwtOptions = z.output<typeof jwtOptions>;
