import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { StartupError } from '../errors.ts';
import type { HeadLimits } from './check-head.ts';
import { clientAuthOf, type TlsOptions } from './tls/options.ts';
import type { TlsIdentity } from './tls/tls-identity.ts';

/** Where connections are accepted. */
export interface Address {
  /** A name or an IP address; `::` is every interface, IPv4 included. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

interface Place {
  readonly host: string | undefined;
  readonly port: number;
  readonly tls?: object | undefined;
}

/** Where something listens, as a browser can open it: a wildcard address is this machine. */
export function originOf({ host, port, tls }: Place): string {
  const scheme = tls === undefined ? 'http' : 'https';
  const isAny = host === undefined || host === '0.0.0.0' || host === '::';
  if (isAny) return `${scheme}://localhost:${port}`;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** How long a client may take, in milliseconds. */
export interface Timeouts {
  /** For the whole head of a request. */
  readonly headers: number;
  /** For the whole request. */
  readonly request: number;
  /** Without taking anything of a reply that waits for it. */
  readonly write: number;
  /** Between two requests on one connection. */
  readonly idle: number;
}

/** An HTTP/1.1 server that keeps these bounds; it does not listen yet. */
export function boundedServer(limits: HeadLimits, timeouts: Timeouts): Server {
  const server = createServer(bounds(limits, timeouts));
  server.maxHeadersCount = mostHeaders(limits);
  return server;
}

/** The same over TLS. It has no certificates until `identity` is opened for it. */
export function boundedTlsServer(
  limits: HeadLimits,
  timeouts: Timeouts,
  { options, identity }: { readonly options: TlsOptions; readonly identity: TlsIdentity },
): TlsServer {
  const clientAuth = clientAuthOf(options);
  const server = createTlsServer({
    ...bounds(limits, timeouts),
    handshakeTimeout: Math.min(timeouts.headers, timeouts.request),
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'require',
    SNICallback: (name, done) => done(null, identity.contextFor(name)),
  });
  server.maxHeadersCount = mostHeaders(limits);
  return server;
}

/** One more than allowed is taken: Node 22 drops those beyond in silence, and we would not know. */
function mostHeaders({ headers }: HeadLimits): number {
  return headers + 1;
}

function bounds(limits: HeadLimits, timeouts: Timeouts) {
  const headersTimeout = Math.min(timeouts.headers, timeouts.request);
  return {
    // The request line counts too, and has a limit of its own.
    maxHeaderSize: limits.headerBytes + limits.uri,
    headersTimeout,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.idle,
    // The two timeouts above fire only when connections are looked at.
    connectionsCheckingInterval: Math.min(1_000, Math.ceil(headersTimeout / 4)),
    // Answered by `checkHead`, with a body.
    requireHostHeader: false,
  };
}

/** Starts to accept connections; an address that cannot be had is a `StartupError`. */
export async function listenOn(server: Server, { host, port }: Address): Promise<void> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (cause) {
    throw addressError(cause, { host, port });
  }
}

/** Says which address cannot be had, and why. */
export function addressError(cause: unknown, { host, port }: Address): StartupError {
  const reason = reasons[codeOf(cause)] ?? 'it cannot be opened';
  const message = `Cannot listen on ${host}:${port}: ${reason}`;
  return new StartupError('configuration', [{ code: 'ADDRESS_UNAVAILABLE', message }], { cause });
}

function codeOf(thrown: unknown): string {
  const known = typeof thrown === 'object' && thrown !== null && 'code' in thrown;
  return known ? String(thrown.code) : '';
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'the port needs more privileges',
  ENOTFOUND: 'the host name is not known',
};
