import { z } from 'zod';

/** A token (RFC 9110, section 5.6.2), as `IncomingHttpHeaders` spells it. */
const header = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'Expected a header name')
  .toLowerCase()
  .describe('Name of a header of the client; case does not matter');

const claim = z
  .string()
  .min(1)
  .describe('Name of a claim of the caller; dots lead into objects, as in realm_access.roles');

const equals = z
  .string()
  .optional()
  .describe('What it has to be, or in a list one of. Default: anything but "", "false" and "0"');

const condition = z
  .union([
    z.boolean().describe('Active for every request, or for none'),
    z.strictObject({ header, equals }),
    z.strictObject({ claim, equals }),
  ])
  .describe('When the label is active: always, never, or by a header or claim of the request');

const stickyBy = z.union([z.strictObject({ header }), z.strictObject({ claim })]);

/** `graphql.progressiveOverride`: which labels of `@override(label:)` are active for a request. */
export const progressiveOverrideOptions = z.strictObject({
  stickyBy: z
    .array(stickyBy)
    .default([{ claim: 'sub' }, { header: 'authorization' }])
    .describe(
      'What tells callers apart for percent(n): the first of these that a request has, or else ' +
        "the client's address. Default the claim sub, then the header Authorization",
    ),
  labels: z
    .record(z.string(), condition)
    .default({})
    .describe('Labels by name. Default: percent(n) goes by the caller, and others are not active'),
});

/** What an operator writes of progressive overrides. */
export type ProgressiveOverrideInput = z.input<typeof progressiveOverrideOptions>;
/** The options of progressive overrides with every default. */
export type ProgressiveOverrideOptions = z.output<typeof progressiveOverrideOptions>;
