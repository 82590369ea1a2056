import { z } from 'zod';

/** A token (RFC 9110, section 5.6.2), as `IncomingHttpHeaders` spells it. */
export const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'Expected a header name')
  .toLowerCase();

/** One text or several, as a list. */
export const textOrList = z
  .union(
    [z.string().min(1), z.array(z.string().min(1)).min(1)],
    'Expected a text, or a list of texts',
  )
  .transform((given) => (typeof given === 'string' ? [given] : given));

const place = z.union([
  z.strictObject({
    header: headerName.describe('Name of a header; in Authorization the token follows Bearer'),
  }),
  z.strictObject({ cookie: z.string().min(1).describe('Name of a cookie') }),
]);

/** Where tokens are looked for. */
export const tokenPlaces = z
  .array(place)
  .min(1)
  .default([{ header: 'authorization' }])
  .describe('Where tokens are looked for, in this order. Default the header Authorization');

/** An address that is asked over HTTP. */
export const secureUrl = z.url({
  protocol: /^https?$/,
  error: 'Expected a URL such as https://idp.shop.test/keys',
});
