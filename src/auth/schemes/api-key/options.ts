import { z } from 'zod';
import { headerName } from '../../fields.ts';

/** ISO 8601, in UTC or with an offset; a day ends where the next one begins. */
const time = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    'Expected a date such as 2027-06-30, or a time such as 2027-06-30T12:00:00Z',
  )
  .transform((text) => Date.parse(text) + (text.length > '2027-06-30'.length ? 0 : 86_400_000));

const key = z.strictObject({
  hash: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/i, 'Expected sha256: and 64 hexadecimal digits')
    .toLowerCase()
    .describe(
      'SHA-256 of the key, as sha256: and hexadecimal digits. That is enough for keys that are ' +
        'random and long, such as those of `gatehouse auth key`, and for no others',
    ),
  scopes: z.array(z.string().min(1)).default([]).describe('What the key is for. Default nothing'),
  roles: z.array(z.string().min(1)).default([]).describe('Roles of its holder. Default none'),
  expires: time
    .optional()
    .describe('Last day, or the end to the second, such as 2027-06-30. Default: it does not end'),
  rateClass: z
    .string()
    .min(1)
    .optional()
    .describe('Claim `rateClass`, by which rate limits can tell keys apart. Default none'),
});

/** Keys by the names of their holders. */
const keys = z.record(z.string().min(1), key.describe('The key of the holder of this name'));

/** What a file of keys says. */
export const keysFile = z.strictObject({
  keys: keys.default({}).describe('Keys by the names of their holders. Default none'),
});

/** `apiKey`: keys that were handed out, of which the gateway knows the hashes. */
export const apiKeyOptions = z.strictObject({
  header: headerName
    .optional()
    .describe('Header with the key. Default x-api-key, where there is no query and no cookie'),
  query: z
    .string()
    .min(1)
    .optional()
    .describe('Parameter of the URL with the key. Default none: URLs are logged on the way'),
  cookie: z.string().min(1).optional().describe('Cookie with the key. Default none'),
  keys: keys.default({}).describe('Keys by the names of their holders. Default none'),
  keysFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A YAML file with more `keys`. It is watched. Relative to the configuration file; default none',
    ),
});

/** The options of `apiKey` with every default. */
export type ApiKeyOptions = z.output<typeof apiKeyOptions>;
/** The keys of one file or configuration, times in milliseconds. */
export type ApiKeys = ApiKeyOptions['keys'];
