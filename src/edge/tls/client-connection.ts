import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ClientCertificate, ClientConnection } from '../../context.ts';

/** Where a socket keeps what is known of its client. */
const known = Symbol('client');

interface Known extends TLSSocket {
  [known]?: ClientConnection;
}

/** The TLS connection of a client: the same for all its requests; undefined without TLS. */
export function clientConnection(socket: Socket): ClientConnection | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const own: Known = socket;
  own[known] ??= new TlsConnection(socket);
  return own[known];
}

class TlsConnection implements ClientConnection {
  readonly #socket: TLSSocket;
  #certificate: ClientCertificate | undefined;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
  }

  get certificate(): ClientCertificate | undefined {
    this.#certificate ??= certificateOf(this.#socket);
    return this.#certificate;
  }
}

function certificateOf(socket: TLSSocket): ClientCertificate | undefined {
  const raw = socket.getPeerX509Certificate()?.raw;
  if (raw === undefined) return undefined;
  const { authorized, authorizationError } = socket;
  return authorized ? { raw } : { raw, problem: String(authorizationError ?? 'unverified') };
}
