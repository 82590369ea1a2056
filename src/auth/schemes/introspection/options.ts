import { z } from 'zod';
import { timeLimit } from '../../../lib/duration.ts';
import { size } from '../../../lib/size.ts';
import { secureUrl, textOrList, tokenPlaces } from '../../fields.ts';

/** `introspection`: tokens that say nothing by themselves; who made them is asked (RFC 7662). */
export const introspectionOptions = z.strictObject({
  url: secureUrl.describe('Introspection endpoint of the authorization server'),
  clientId: z.string().min(1).describe('Name by which the server knows the gateway'),
  clientSecret: z.string().min(1).describe('Its secret, best by a reference'),
  method: z
    .enum(['basic', 'post'])
    .default('basic')
    .describe('How the secret is sent: in Authorization, or in the body. Default basic'),
  issuer: textOrList
    .optional()
    .describe('Claim `iss` has to be one of these. Default: it is not looked at'),
  audience: textOrList
    .optional()
    .describe('Claim `aud` has one of these. Default: it is not looked at'),
  requiredScopes: z
    .array(z.string().min(1))
    .default([])
    .describe('Scopes that a token must have. Default none'),
  roles: z
    .string()
    .min(1)
    .default('roles')
    .describe('Claim with the roles, such as realm_access.roles. Default roles'),
  token: tokenPlaces,
  timeout: timeLimit.prefault('5s').describe('For one answer. Default 5s'),
  cache: z
    .strictObject({
      active: timeLimit
        .prefault('60s')
        .describe('For how long a good token is not asked about again. Default 60s, or its end'),
      inactive: timeLimit.prefault('10s').describe('The same for one that is not. Default 10s'),
      size: size.prefault('16MB').describe('Room for what was answered. Default 16MB'),
    })
    .prefault({})
    .describe('What was answered is kept, by the hash of the token'),
});

/** The options of `introspection` with every default. */
export type IntrospectionOptions = z.output<typeof introspectionOptions>;
