import type { Socket } from 'node:net';

/** Bounds of how many connections are open. */
export interface ConnectionLimits {
  /** Of all clients together. */
  readonly connections: number;
  /** Of one IP address. */
  readonly perIp?: number | undefined;
}

/** Which part of all connections gives way at once: to look for them costs less than to be asked. */
const shareThatGivesWay = 1 / 32;

/**
 * The open connections of a listener. Where there are too many, those that wait for their next
 * request are closed for new ones, those first that were used longest ago.
 */
export class Connections implements Iterable<Socket> {
  readonly #limits: ConnectionLimits;
  /** When each was used last: a number that grows with each use. */
  readonly #lastUse = new Map<Socket, number>();
  readonly #ofAddress = new Map<string, number>();
  #uses = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#lastUse.size;
  }

  [Symbol.iterator](): Iterator<Socket> {
    return this.#lastUse.keys();
  }

  /** False for a connection that is one too many. `busy` gives those that cannot give way. */
  add(socket: Socket, busy: () => ReadonlySet<Socket>): boolean {
    if (!this.#countAddress(socket)) return false;
    if (this.size >= this.#limits.connections) this.#makeRoom(busy());
    if (this.size >= this.#limits.connections) return false;
    this.#lastUse.set(socket, ++this.#uses);
    socket.once('close', () => this.#lastUse.delete(socket));
    return true;
  }

  /** `socket` stands for `carrier` from now on; false when that had to give way meanwhile. */
  replace(carrier: Socket, socket: Socket): boolean {
    if (!this.#lastUse.delete(carrier)) return false;
    this.#lastUse.set(socket, ++this.#uses);
    socket.once('close', () => this.#lastUse.delete(socket));
    return true;
  }

  has(socket: Socket): boolean {
    return this.#lastUse.has(socket);
  }

  /** Says that a request came over it. */
  used(socket: Socket): void {
    if (this.#lastUse.has(socket)) this.#lastUse.set(socket, ++this.#uses);
  }

  /** Also of a connection that is refused then: until it is closed, it is one. */
  #countAddress(socket: Socket): boolean {
    const { perIp } = this.#limits;
    if (perIp === undefined) return true;
    const address = socket.remoteAddress ?? '';
    const count = this.#ofAddress.get(address) ?? 0;
    if (count >= perIp) return false;
    this.#ofAddress.set(address, count + 1);
    socket.once('close', () => this.#forgetAddress(address));
    return true;
  }

  #forgetAddress(address: string): void {
    const count = (this.#ofAddress.get(address) ?? 0) - 1;
    if (count > 0) this.#ofAddress.set(address, count);
    else this.#ofAddress.delete(address);
  }

  #makeRoom(busy: ReadonlySet<Socket>): void {
    const idle = [...this.#lastUse].filter(([socket]) => !busy.has(socket));
    idle.sort(([, one], [, other]) => one - other);
    const most = Math.ceil(this.#limits.connections * shareThatGivesWay);
    for (const [socket] of idle.slice(0, most)) {
      this.#lastUse.delete(socket);
      socket.destroy();
    }
  }
}
