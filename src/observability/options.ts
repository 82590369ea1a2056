import { z } from 'zod';

const log = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least level that is written. Default info: one line for each request'),
  subject: z
    .boolean()
    .default(false)
    .describe('Whether the line of a request names its caller. Default false: it may be personal'),
});

const requestId = z.strictObject({
  header: z
    .string()
    .regex(/^[\w-]+$/, 'Expected a header name')
    .toLowerCase()
    .default('x-request-id')
    .describe('Header that carries the id of a request. Default x-request-id, which proxies use'),
  trust: z
    .boolean()
    .default(false)
    .describe(
      'Whether the id that a client sends is kept, if it is 1 to 128 letters, digits, _ or -. ' +
        'Default false: a client could pass for another in the log. Set it behind a proxy of yours',
    ),
});

/** `observability`: what is seen of the gateway from outside. */
export const observabilityOptions = z.strictObject({
  log: log.prefault({}).describe('The log, one JSON object per line'),
  requestId: requestId.prefault({}).describe('The id under which a request is logged'),
});

/** What an operator writes under `observability`. */
export type ObservabilityInput = z.input<typeof observabilityOptions>;
/** `observability` with every default. */
export type ObservabilityOptions = z.output<typeof observabilityOptions>;
