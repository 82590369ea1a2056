import { z } from 'zod';

/**
 * Headers that no rule carries from one side to the other: they belong to one connection
 * (RFC 9110, section 7.6.1), or to a body that the gateway writes itself. Names in lower case.
 */
export const reservedHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** A token: RFC 9110, section 5.6.2. */
const name = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'Expected a header name')
  .toLowerCase();

const carried = name.refine(
  (text) => !reservedHeaders.has(text),
  'This header is written by the gateway alone: no rule can carry or set it',
);

/** Field content without line breaks: RFC 9110, section 5.5. */
const value = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'Expected one line of Latin-1 text');

const pattern = z
  .string()
  .min(1)
  .refine(compiles, 'This is not a valid regular expression')
  .transform((text) => new RegExp(text, 'i'));

const named = carried.describe('Name of the header; case does not matter');
const matching = pattern.describe(
  'Regular expression (JavaScript, case ignored) found anywhere in the name: anchor it with ^ and $',
);
const rename = carried.optional().describe('Name under which it is passed on. Default: its own');
const fallback = value.optional().describe('Value when there is none. Default: it is left out');

const remove = z.strictObject({
  remove: z
    .union([
      z.strictObject({ named: name.describe('Name of the header; case does not matter') }),
      z.strictObject({ matching }),
    ])
    .describe('Takes back what rules before this one would send'),
});

const insert = z.strictObject({
  insert: z
    .strictObject({
      name: carried.describe('Name of the header'),
      value: value.optional().describe('Its value, as it is written here'),
      claim: z
        .string()
        .min(1)
        .optional()
        .describe(
          'A claim of the caller in place of a value, such as sub or realm_access.roles; lists are ' +
            'joined by commas. Copies of the header that clients send go to no subgraph',
        ),
    })
    .refine(
      ({ value, claim }) => (value === undefined) !== (claim === undefined),
      'A header that is inserted has a value or a claim',
    )
    .describe('Sends a header with a value that is written here, or a claim of the caller'),
});

/** A rule about headers from the client to a subgraph. */
export const requestHeaderRule = z.union([
  z.strictObject({
    propagate: z
      .union([z.strictObject({ named, rename, default: fallback }), z.strictObject({ matching })])
      .describe('Passes a header of the client on; the first rule that sends a header wins'),
  }),
  remove,
  insert,
]);

const algorithm = z
  .enum(['first', 'last', 'append'])
  .default('first')
  .describe(
    'Which value stays when several answers have the header. Default first; append keeps each, ' +
      'as a line of its own',
  );

/** A rule about headers from a subgraph's answer to the client. */
export const responseHeaderRule = z.strictObject({
  propagate: z
    .union([
      z.strictObject({ named, rename, default: fallback, algorithm }),
      z.strictObject({ matching, algorithm }),
    ])
    .describe('Passes a header of the subgraph on'),
});

/** A rule about headers from the client to a subgraph; names are in lower case. */
export type RequestHeaderRule = z.output<typeof requestHeaderRule>;
/** A rule about headers from a subgraph to the client; names are in lower case. */
export type ResponseHeaderRule = z.output<typeof responseHeaderRule>;

function compiles(text: string): boolean {
  try {
    new RegExp(text, 'i');
    return true;
  } catch {
    return false;
  }
}
