import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How often a reader is looked at before it is cut. */
const mostLooks = 4;

/** A socket on which bytes wait, as it was when some of them were taken last. */
interface Waiting {
  readonly takenBytes: number;
  /** Looks since then. Time would also run while the process itself stands still. */
  readonly looks: number;
}

/**
 * Cuts clients that take nothing of their replies for `timeoutMs`. It looks now and then at all
 * that is being answered: a request costs nothing more.
 */
export class SlowReaders implements Disposable {
  readonly #responses: Iterable<ServerResponse>;
  readonly #reset: (socket: Socket) => void;
  readonly #timer: NodeJS.Timeout;
  #waiting = new Map<Socket, Waiting>();

  constructor(
    responses: Iterable<ServerResponse>,
    timeoutMs: number,
    reset: (socket: Socket) => void,
  ) {
    this.#responses = responses;
    this.#reset = reset;
    this.#timer = setInterval(() => this.#look(), Math.ceil(timeoutMs / mostLooks)).unref();
  }

  #look(): void {
    const waiting = new Map<Socket, Waiting>();
    for (const { socket } of this.#responses) {
      if (socket === null || socket.writableLength === 0) continue;
      const takenBytes = socket.bytesWritten - socket.writableLength;
      const before = this.#waiting.get(socket);
      const looks = before?.takenBytes === takenBytes ? before.looks + 1 : 0;
      // A reset: the system would otherwise hold on to the bytes, and offer them for minutes.
      if (looks === mostLooks) this.#reset(socket);
      else waiting.set(socket, { takenBytes, looks });
    }
    this.#waiting = waiting;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
