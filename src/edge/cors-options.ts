import { z } from 'zod';
import { timeLimit } from '../lib/duration.ts';

const header = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'Expected the name of a header');

/** `https://shop.test`, `http://localhost:3000`, `https://*.shop.test`, or `*` for all. */
const origin = z
  .string()
  .toLowerCase()
  .regex(
    /^(\*|[a-z][a-z0-9+.-]*:\/\/(\*\.)?([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:\d+)?)$/,
    'Expected an origin such as https://shop.test, https://*.shop.test, or *',
  );

/** `cors`: which pages of other origins may use an endpoint (Fetch Standard, section 3.2). */
export const corsOptions = z
  .strictObject({
    origins: z
      .array(origin)
      .min(1)
      .describe(
        'Origins whose pages may send requests and read replies. https://*.shop.test is every name ' +
          'below shop.test, * every origin',
      ),
    credentials: z
      .boolean()
      .default(false)
      .describe('Whether such pages may send cookies and passwords. Default false; not with *'),
    headers: z
      .array(header)
      .optional()
      .describe('Request headers that such pages may send. Default: those that they ask for'),
    exposed: z
      .array(header)
      .default([])
      .describe('Reply headers that such pages may read, beside the usual ones. Default none'),
    maxAge: timeLimit
      .prefault('10m')
      .describe('How long a browser may keep the answer to a preflight. Default 10m'),
    privateNetwork: z
      .boolean()
      .default(false)
      .describe('Whether public pages may reach the gateway in a private network. Default false'),
  })
  .refine(
    ({ origins, credentials }) => !credentials || !origins.includes('*'),
    'With credentials, origins have to be named: * would let every page act for its visitors',
  );

/** What an operator writes under `cors`. */
export type CorsInput = z.input<typeof corsOptions>;
/** `cors` with every default. */
export type CorsOptions = z.output<typeof corsOptions>;
