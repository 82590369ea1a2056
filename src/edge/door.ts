import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Log } from '../context.ts';
import type { HeadLimits } from './check-head.ts';
import {
  type Address,
  boundedServer,
  boundedTlsServer,
  listenOn,
  type Timeouts,
} from './server.ts';
import { Carriers } from './tls/carriers.ts';
import type { TlsOptions } from './tls/options.ts';
import { TlsIdentity } from './tls/tls-identity.ts';

/** Where clients connect, and whether by TLS. */
export interface DoorAddress extends Address {
  readonly tls?: TlsOptions | undefined;
}

export interface DoorSetup {
  readonly address: DoorAddress;
  /** Where the address stands in the configuration. */
  readonly path: string;
  readonly limits: HeadLimits;
  readonly timeouts: Timeouts;
  readonly log: Log;
}

/** What becomes of connections before they carry requests. */
export interface DoorKeeper {
  /** A TCP connection was accepted; false ends it. */
  readonly admit: (socket: Socket, isSecure: boolean) => boolean;
  /** A handshake made `socket` of `carrier`; false ends it. */
  readonly secured: (carrier: Socket, socket: Socket) => boolean;
}

/** A TLS server with what it shows of itself. */
interface Secure {
  readonly server: TlsServer;
  readonly identity: TlsIdentity;
}

/** One address of the listener. */
export class Door implements AsyncDisposable {
  readonly server: Server;
  readonly #address: Address;
  readonly #secure: Secure | undefined;
  readonly #carriers = new Carriers();

  constructor({ address, path, limits, timeouts, log }: DoorSetup, keeper: DoorKeeper) {
    this.#address = address;
    const { tls } = address;
    if (tls === undefined) {
      this.server = boundedServer(limits, timeouts);
      this.server.on('connection', (socket) => keeper.admit(socket, false));
      return;
    }
    const identity = new TlsIdentity({ options: tls, path: `${path}.tls`, log });
    const server = boundedTlsServer(limits, timeouts, { options: tls, identity });
    this.server = server;
    this.#secure = { server, identity };
    this.#guard(server, keeper);
  }

  /** Reads the certificates and opens the address; throws a `StartupError`. */
  async start(): Promise<void> {
    await this.#secure?.identity.open(this.#secure.server);
    await listenOn(this.server, this.#address);
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /** Looks whether there are new certificates. */
  async renew(): Promise<void> {
    await this.#secure?.identity.renew();
  }

  /** The connection below a TLS connection of this door. */
  carrierOf(socket: Socket): Socket | undefined {
    return this.#carriers.of(socket);
  }

  #guard(server: TlsServer, keeper: DoorKeeper): void {
    server.on('connection', (carrier: Socket) => {
      if (keeper.admit(carrier, true)) this.#carriers.opened(carrier);
    });
    // Before the server's own: what is ended here is no connection for requests.
    server.prependListener('secureConnection', (socket) => {
      const carrier = this.#carriers.secured(socket);
      if (carrier === undefined || !keeper.secured(carrier, socket)) socket.destroy();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#secure?.identity[Symbol.asyncDispose]();
  }
}
