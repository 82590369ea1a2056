import type { Socket } from 'node:net';

/**
 * Which TCP connection carries a TLS connection of one server: Node tells of each, and not that
 * they belong together. The address and port at the other end do.
 */
export class Carriers {
  readonly #waiting = new Map<string, Socket>();
  readonly #carriers = new WeakMap<Socket, Socket>();

  /** A TCP connection was accepted. */
  opened(carrier: Socket): void {
    const name = nameOf(carrier);
    this.#waiting.set(name, carrier);
    carrier.once('close', () => {
      if (this.#waiting.get(name) === carrier) this.#waiting.delete(name);
    });
  }

  /** A handshake has ended well; undefined when its client is gone again. */
  secured(socket: Socket): Socket | undefined {
    const name = nameOf(socket);
    const carrier = this.#waiting.get(name);
    if (carrier === undefined) return undefined;
    this.#waiting.delete(name);
    this.#carriers.set(socket, carrier);
    return carrier;
  }

  /** What carries a connection that was secured; that can be reset, which TLS itself cannot. */
  of(socket: Socket): Socket | undefined {
    return this.#carriers.get(socket);
  }
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
