import { z } from 'zod';
import { duration, timeLimit } from '../lib/duration.ts';
import { size } from '../lib/size.ts';
import { corsOptions } from './cors-options.ts';
import { resolveTls, tlsOptions } from './tls/options.ts';

const port = z.int().min(0).max(65_535);

const address = z.strictObject({
  host: z
    .string()
    .min(1)
    .prefault('0.0.0.0')
    .describe(
      'Name or IP address to listen on. Default 0.0.0.0, every IPv4 interface, since it works on ' +
        'machines without IPv6; :: is every interface, IPv4 included',
    ),
  port: port
    .default(4000)
    .describe('TCP port; 0 takes a free one. Default 4000, where GraphQL clients expect a gateway'),
  tls: tlsOptions
    .optional()
    .describe(
      'TLS on this address. Its files are watched: new certificates hold for later connections. ' +
        'Default none: what is sent can be read on the way',
    ),
});

const admin = z.strictObject({
  host: z
    .string()
    .min(1)
    .prefault('127.0.0.1')
    .describe('Where operators connect. Default 127.0.0.1: nothing here is for the public'),
  port: port
    .optional()
    .describe('TCP port of health and metrics; 0 takes a free one. Default: the first port plus 1'),
});

const limits = z.strictObject({
  body: size
    .prefault('2MB')
    .describe(
      'Longest request body, as sent and again decompressed. Default 2MB, far above any operation',
    ),
  headers: z
    .int()
    .min(1)
    .max(2_000)
    .default(100)
    .describe('Most header lines of a request. Default 100, several times what browsers send'),
  headerBytes: size
    .prefault('64KiB')
    .describe(
      'Size of all header lines together. Default 64KiB, room for large cookies and tokens',
    ),
  uri: size
    .prefault('16KiB')
    .describe(
      'Longest request target. Default 16KiB, which load balancers still pass on; longer ' +
        'operations are sent by POST',
    ),
  connections: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe(
      'Most connections of a process. Beyond it, those that wait for their next request are closed, ' +
        'longest unused first; where none does, new ones get 503. Default 10000, some 200 MB',
    ),
  perIp: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Most connections of one IP address; further ones get 503. Default: no limit, since behind a ' +
        'load balancer all clients have one address',
    ),
});

const timeouts = z.strictObject({
  headers: timeLimit
    .prefault('10s')
    .describe('For the whole head of a request. Default 10s: slower ones only hold a connection'),
  request: timeLimit.prefault('30s').describe('For the whole request. Default 30s, for slow lines'),
  write: timeLimit
    .prefault('30s')
    .describe(
      'For taking the next 128 KiB of a reply that waits. Default 30s, which a slow line needs a ' +
        'small part of',
    ),
  idle: timeLimit
    .prefault('75s')
    .describe(
      'Between two requests on one connection. Default 75s, longer than the usual 60s of load ' +
        'balancers, so that they close first',
    ),
});

const shutdown = z.strictObject({
  drain: duration
    .prefault('30s')
    .describe(
      'How long requests in flight may take once the gateway stops. Default 30s, as long as one ' +
        'subgraph call may take',
    ),
});

/** `server`: the addresses of this process, and the bounds of what it accepts. */
export const serverOptions = z.strictObject({
  listen: z
    .array(address)
    .min(1)
    .prefault([{}])
    .describe('Addresses of the data plane; all serve the same. Default one, on port 4000'),
  admin: admin.prefault({}).describe('Address of health and metrics, apart from client traffic'),
  workers: z
    .union([z.int().min(1).max(256), z.literal('auto')], 'Expected a whole number or auto')
    .default(1)
    .describe(
      'Processes of `gatehouse serve` that answer requests on the same addresses; auto is one for ' +
        'each core that the process may use. Default 1: this process alone',
    ),
  limits: limits.prefault({}).describe('Most that clients may bring; more is refused unread'),
  timeouts: timeouts.prefault({}).describe('How long a client may take'),
  shutdown: shutdown.prefault({}).describe('How the process ends'),
});

/** What an operator writes under `server`. */
export type ServerInput = z.input<typeof serverOptions>;
/** `server` with every default: times in milliseconds, sizes in bytes. */
export type ServerOptions = z.output<typeof serverOptions>;

/** The same addresses with their paths seen from `folder`. */
export function resolveListen(
  listen: ServerOptions['listen'],
  folder: string,
): ServerOptions['listen'] {
  return listen.map(({ tls, ...address }) =>
    tls === undefined ? address : { ...address, tls: resolveTls(tls, folder) },
  );
}

const batching = z.strictObject({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Whether a request may carry a list of operations. Default false: one request then costs ' +
        'what one operation costs',
    ),
  max: z
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .describe('Most operations in one list. Default 10, the size client batchers use'),
});

/** The part of `graphql` that says where and how the endpoint answers. */
export const endpointOptions = z.strictObject({
  path: z
    .string()
    .regex(/^\/[\w.~/-]*$/, 'Expected a path such as /graphql')
    .prefault('/graphql')
    .describe('Path of the endpoint. Default /graphql, which clients assume'),
  batching: batching.prefault({}).describe('Several operations in one request'),
  csrf: z
    .boolean()
    .default(true)
    .describe(
      'Whether requests that another site makes a browser send are refused. Default true: ' +
        'cookies would otherwise act for that site',
    ),
  cors: corsOptions
    .optional()
    .describe('Which pages of other origins may use the endpoint. Default none'),
  graphiql: z
    .boolean()
    .default(true)
    .describe(
      'Whether browsers that open the endpoint get GraphiQL. Default true; in production false',
    ),
});

/** What an operator writes of the endpoint. */
export type EndpointInput = z.input<typeof endpointOptions>;
/** The endpoint's options with every default. */
export type EndpointOptions = z.output<typeof endpointOptions>;
