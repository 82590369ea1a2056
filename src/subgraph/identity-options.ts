import { z } from 'zod';
import {
  claimNames,
  identityTokenOptions,
  resolveIdentityToken,
} from '../auth/identity-tokens/options.ts';

/** `identity`: how a subgraph is told who calls, beside headers with single claims. */
export const identityOptions = z.strictObject({
  extensions: z
    .strictObject({
      claims: claimNames
        .min(1)
        .describe('Claims by name or path, such as sub or realm_access.roles'),
    })
    .optional()
    .describe(
      'Claims in the request itself: `extensions.gatehouse.caller`. Default none; there is none for ' +
        'callers who proved nothing',
    ),
  token: identityTokenOptions
    .optional()
    .describe(
      'A token of short life that the gateway signs; its public keys are at /.well-known/jwks.json. ' +
        'Default none; there is none for callers who proved nothing',
    ),
});

/** How a subgraph is told who calls. */
export type IdentityOptions = z.output<typeof identityOptions>;

/** The same options with their paths seen from `folder`. */
export function withKeyFrom<Options extends { readonly identity?: IdentityOptions | undefined }>(
  options: Options,
  folder: string,
): Options {
  const { identity } = options;
  if (identity?.token === undefined) return options;
  const token = resolveIdentityToken(identity.token, folder);
  return { ...options, identity: { ...identity, token } };
}
