import { connect, type Socket } from 'node:net';
import { listenTcp, type TcpServer } from './listen-tcp.ts';

/** What goes wrong between a gateway and a server. */
export type Fault =
  | 'none'
  /** What is sent is never passed on, and nothing comes back. */
  | 'black-hole'
  /** The connection is reset as soon as something is sent. */
  | 'reset'
  /** The connection ends in the midst of the answer. */
  | 'cut'
  /** The answer comes so much later. */
  | { readonly delayMs: number };

/** A TCP proxy in front of a server that does harm on command, to connections that are open too. */
export class FaultyProxy implements AsyncDisposable {
  fault: Fault = 'none';
  readonly #server: TcpServer;

  private constructor(server: TcpServer) {
    this.#server = server;
  }

  /** Starts one on a free port, in front of the server on `port`. */
  static async start(port: number): Promise<FaultyProxy> {
    const accepted: { by?: FaultyProxy } = {};
    const server = await listenTcp((socket) => accepted.by?.join(socket, connect(port)));
    accepted.by = new FaultyProxy(server);
    return accepted.by;
  }

  /** `http://127.0.0.1:port` */
  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  /** Connections that are open now. */
  get sockets(): ReadonlySet<Socket> {
    return this.#server.sockets;
  }

  join(near: Socket, far: Socket): void {
    near.on('data', (sent) => {
      if (this.fault === 'reset') near.resetAndDestroy();
      else if (this.fault !== 'black-hole') far.write(sent);
    });
    far.on('data', (answer) => this.#answer(near, answer));
    near.on('close', () => far.destroy());
    far.on('error', () => near.destroy());
    far.on('close', () => near.destroy());
  }

  #answer(near: Socket, answer: Buffer): void {
    const { fault } = this;
    if (fault === 'black-hole') return;
    if (fault === 'cut') near.end(answer.subarray(0, answer.length / 2));
    else if (typeof fault === 'object') setTimeout(() => near.write(answer), fault.delayMs);
    else near.write(answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
  }
}
