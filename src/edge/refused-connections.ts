import type { Socket } from 'node:net';
import type { Log } from '../context.ts';
import { GatewayError } from '../errors.ts';
import { type Fail, plainTarget } from './fail.ts';
import { endSocket } from './write-reply.ts';

/** Most refusals under way at once; further connections are reset without a word. */
const mostTold = 500;
/** Time between two lines of the log, in milliseconds: a flood is not to fill it. */
const betweenLinesMs = 10_000;

/** Connections that are one too many: each is answered with 503, whatever it asks, and ended. */
export class RefusedConnections implements Disposable {
  readonly #fail: Fail;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #sockets = new Set<Socket>();
  #untold = 0;
  #nextLineMs = Number.NEGATIVE_INFINITY;

  constructor(fail: Fail, log: Log, now = () => performance.now()) {
    this.#fail = fail;
    this.#log = log;
    this.#now = now;
  }

  refuse(socket: Socket): void {
    this.#note();
    if (this.#sockets.size >= mostTold) {
      socket.resetAndDestroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const options = { headers: { 'retry-after': '1' } };
    const error = new GatewayError('SERVICE_UNAVAILABLE', 'Too many connections are open', options);
    endSocket(socket, this.#fail(error, plainTarget));
  }

  /** For one that cannot be told without more work than it is worth: a TLS handshake. */
  reset(socket: Socket): void {
    this.#note();
    socket.resetAndDestroy();
  }

  #note(): void {
    this.#untold += 1;
    const nowMs = this.#now();
    if (nowMs < this.#nextLineMs) return;
    this.#log.warn({ refused: this.#untold }, 'Connections are refused: too many are open');
    this.#untold = 0;
    this.#nextLineMs = nowMs + betweenLinesMs;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
