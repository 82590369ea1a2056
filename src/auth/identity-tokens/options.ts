import { resolve } from 'node:path';
import { z } from 'zod';
import { timeLimit } from '../../lib/duration.ts';
import { headerName } from '../fields.ts';

/** Claims of a caller by name or path. */
export const claimNames = z.array(z.string().min(1));

/** `identity.token`: a signed token in which the gateway says who calls. */
export const identityTokenOptions = z.strictObject({
  key: z
    .string()
    .min(1)
    .describe(
      'A file with the private key in PEM, relative to the configuration file: P-256 signs by ES256, ' +
        'Ed25519 by EdDSA, RSA of 2048 bits or more by RS256. It is read with each new configuration ' +
        'or supergraph',
    ),
  issuer: z.string().min(1).default('gatehouse').describe('Claim `iss`. Default gatehouse'),
  audience: z
    .string()
    .min(1)
    .optional()
    .describe('Claim `aud`. Default the name of the subgraph, so that no other takes the token'),
  ttl: timeLimit
    .prefault('60s')
    .describe(
      'How long a token is good; it serves for several calls, and ends with the proof of the caller. ' +
        'Default 60s, more than a call takes',
    ),
  claims: claimNames
    .default(['roles', 'scope'])
    .describe('Claims of the caller beside `sub`, by name or path. Default roles and scope'),
  header: headerName
    .default('gatehouse-identity')
    .describe(
      'Header with the token; in authorization it follows Bearer. Copies that clients send go to no ' +
        'subgraph. Default Gatehouse-Identity',
    ),
});

/** The options of a token, with every default. */
export type IdentityTokenOptions = z.output<typeof identityTokenOptions>;

/** The same with its path seen from `folder`. */
export function resolveIdentityToken(
  token: IdentityTokenOptions,
  folder: string,
): IdentityTokenOptions {
  return { ...token, key: resolve(folder, token.key) };
}
