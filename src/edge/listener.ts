import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Log, RequestLog } from '../context.ts';
import { GatewayError } from '../errors.ts';
import { Roll } from '../lib/roll.ts';
import { brokenRequest } from './broken-request.ts';
import { checkHead, type HeadLimits } from './check-head.ts';
import { type ConnectionLimits, Connections } from './connections.ts';
import { Door, type DoorAddress } from './door.ts';
import { type Fail, plainTarget } from './fail.ts';
import { RefusedConnections } from './refused-connections.ts';
import type { RouteTable } from './routes.ts';
import type { Timeouts } from './server.ts';
import { SlowReaders } from './slow-readers.ts';
import { endSocket, writeLastReply, writeReply } from './write-reply.ts';

export interface ListenerOptions {
  /** All of them serve the same routes. */
  readonly listen: readonly DoorAddress[];
  readonly limits: HeadLimits & ConnectionLimits;
  readonly timeouts: Timeouts;
  /** How long requests in flight may take to end once the listener is disposed, in ms. */
  readonly shutdown: { readonly drain: number };
}

export interface ListenerSetup {
  readonly options: ListenerOptions;
  readonly routes: RouteTable;
  readonly fail: Fail;
  readonly log: Log;
  /** Sees each request before anything else is done with it, and gives the log of its own. */
  readonly open?: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => { readonly log: RequestLog };
}

/**
 * The data plane's door: bounded HTTP/1.1 servers in front of one route table. Disposing it
 * accepts nothing more, lets requests in flight end, and cuts what is left after the drain time.
 */
export class Listener implements AsyncDisposable {
  readonly #options: ListenerOptions;
  readonly #fail: Fail;
  readonly #log: Log;
  readonly #doors: readonly Door[];
  /** Of all addresses together. */
  readonly #connections: Connections;
  readonly #refused: RefusedConnections;
  /** Connections whose bytes can no longer be trusted to be requests. */
  readonly #ended = new WeakSet<Socket>();
  readonly #inFlight = new Roll<ServerResponse>();
  readonly #slowReaders: SlowReaders;
  #draining = false;
  #drained = (): void => {};

  /** Looked up for each request: assigning another table swaps all routes at once. */
  routes: RouteTable;
  /** Looked up for each request as well. */
  open: ListenerSetup['open'];

  constructor({ options, routes, fail, log, open }: ListenerSetup) {
    this.#options = options;
    this.#fail = fail;
    this.#log = log;
    this.open = open;
    this.routes = routes;
    this.#connections = new Connections(options.limits);
    this.#refused = new RefusedConnections(fail, log);
    const reset = (socket: Socket): void => this.#reset(socket);
    this.#slowReaders = new SlowReaders(this.#inFlight, options.timeouts.write, reset);
    this.#doors = options.listen.map((address, index) => this.#door(address, index));
  }

  /** Opens every address, or none. */
  async start(): Promise<void> {
    try {
      for (const door of this.#doors) await door.start();
    } catch (failure) {
      for (const { server } of this.#doors) server.close();
      throw failure;
    }
  }

  /** The ports that were bound, in the order of `listen`. */
  get ports(): readonly number[] {
    return this.#doors.map(({ port }) => port);
  }

  /** Looks whether there are new certificates, for connections from then on. */
  async renewCertificates(): Promise<void> {
    await Promise.all(this.#doors.map((door) => door.renew()));
  }

  #door(address: DoorAddress, index: number): Door {
    const { limits, timeouts } = this.#options;
    const setup = { address, path: `server.listen[${index}]`, limits, timeouts, log: this.#log };
    const door = new Door(setup, {
      admit: (socket, isSecure) => this.#admit(socket, isSecure),
      secured: (carrier, socket) => this.#connections.replace(carrier, socket),
    });
    const { server } = door;
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#serve(request, response);
    };
    server.on('request', serve);
    server.on('checkExpectation', serve);
    server.on('connect', (_request: IncomingMessage, socket: Socket) => this.#refuseTunnel(socket));
    server.on('clientError', (error, socket) => this.#refuseBroken(error, socket as Socket));
    return door;
  }

  #admit(socket: Socket, isSecure: boolean): boolean {
    if (this.#connections.add(socket, this.#busy)) return true;
    this.#ended.add(socket);
    if (isSecure) this.#refused.reset(socket);
    else this.#refused.refuse(socket);
    return false;
  }

  #reset(socket: Socket): void {
    const carriers = this.#doors.map((door) => door.carrierOf(socket));
    const carrier = carriers.find((found) => found !== undefined) ?? socket;
    carrier.resetAndDestroy();
  }

  readonly #busy = (): ReadonlySet<Socket> =>
    new Set([...this.#inFlight].map((response) => response.req.socket));

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#ended.has(request.socket)) return;
    this.#connections.used(request.socket);
    this.#track(response);
    const log = this.open?.(request, response).log;
    try {
      checkHead(request, this.#options.limits);
    } catch (thrown) {
      this.#ended.add(request.socket);
      const reply = this.#failed(thrown);
      log?.note({ status: reply.status, code: GatewayError.from(thrown).code });
      writeLastReply(response, reply);
      return;
    }
    try {
      await this.routes(request)(request, response);
    } catch (thrown) {
      log?.note({ code: GatewayError.from(thrown).code });
      this.#answerFailure(response, thrown);
    }
  }

  #answerFailure(response: ServerResponse, thrown: unknown): void {
    try {
      const reply = this.#failed(thrown);
      if (response.headersSent) response.destroy();
      else writeReply(response, reply);
    } catch (failure) {
      this.#log.error({ err: failure }, 'A failure could not be answered');
      response.destroy();
    }
  }

  #track(response: ServerResponse): void {
    const entry = this.#inFlight.add(response);
    response.on('close', () => {
      entry.strike();
      if (this.#inFlight.size === 0) this.#drained();
    });
    response.on('error', this.#notTaken);
    // After a request that has a body and asks for an upgrade, Node reads nothing more.
    const isLast = this.#draining || response.req.headers.upgrade !== undefined;
    if (isLast) response.setHeader('connection', 'close');
  }

  readonly #notTaken = (error: Error): void =>
    this.#log.debug({ err: error }, 'A reply was not taken');

  #failed(thrown: unknown) {
    const error = GatewayError.from(thrown);
    if (error.fault === 'client') this.#log.debug({ code: error.code }, 'Request refused');
    else this.#log.error({ err: error }, 'Request failed');
    return this.#fail(error, plainTarget);
  }

  #refuseTunnel(socket: Socket): void {
    // Node hands the bare connection over: without a listener, a late error would be uncaught.
    socket.on('error', () => socket.destroy());
    const headers = { allow: 'GET, POST' };
    const message = 'This gateway opens no tunnels';
    endSocket(socket, this.#failed(new GatewayError('METHOD_NOT_ALLOWED', message, { headers })));
  }

  /** The connection sent what is no request, sent one too slowly, or is gone. */
  #refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
    if (socket instanceof TLSSocket && !this.#connections.has(socket)) {
      this.#log.debug({ code: error.code }, 'A TLS handshake failed');
      socket.destroy();
      return;
    }
    if (!socket.writable || socket.bytesRead === 0) {
      socket.destroy();
      return;
    }
    const open = [...this.#inFlight].filter((response) => response.req.socket === socket);
    if (this.#ended.has(socket)) {
      // Requests before the one that was refused still get their replies; its own ends the connection.
      if (open.length === 0) socket.destroy();
      return;
    }
    this.#ended.add(socket);
    const [only] = open;
    if (only === undefined) {
      endSocket(socket, this.#failed(brokenRequest(error)));
    } else if (open.length === 1 && !only.req.complete && !only.headersSent) {
      writeLastReply(only, this.#failed(brokenRequest(error)));
    } else {
      // What is broken comes after requests that still get their replies.
      for (const response of open) {
        if (!response.headersSent) response.setHeader('connection', 'close');
        response.once('close', () => socket.destroySoon());
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#draining = true;
    const servers = this.#doors.map(({ server }) => server);
    const listening = servers.filter((server) => server.listening);
    const closed = listening.map((server) => once(server, 'close'));
    for (const server of listening) server.close();
    for (const response of this.#inFlight) {
      if (!response.headersSent) response.setHeader('connection', 'close');
    }
    await this.#untilDrained();
    for (const socket of this.#connections) socket.destroy();
    this.#refused[Symbol.dispose]();
    await Promise.all(closed);
    await Promise.all(this.#doors.map((door) => door[Symbol.asyncDispose]()));
    this.#slowReaders[Symbol.dispose]();
  }

  #untilDrained(): Promise<void> {
    if (this.#inFlight.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#options.shutdown.drain);
      this.#drained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
