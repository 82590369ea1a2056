import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A connection, by TLS or not, that sends exactly the bytes it is given. */
export class RawClient implements AsyncDisposable {
  readonly socket: Socket;
  readonly #carrier: Socket;
  #received = '';
  #wake = (): void => {};
  readonly #closed: Promise<unknown>;

  constructor(socket: Socket, carrier = socket) {
    this.socket = socket;
    this.#carrier = carrier;
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      this.#received += text;
      this.#wake();
    });
    socket.on('end', () => this.#wake());
    socket.on('close', () => this.#wake());
    // A reset is one way for a server to end a connection; what came before it counts.
    socket.on('error', () => this.#wake());
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Ends the connection as a machine does that was switched off and on again. */
  reset(): void {
    this.#carrier.resetAndDestroy();
  }

  /** The next answer; its body is as long as its `content-length` says. */
  async answer({ head = false } = {}): Promise<RawAnswer> {
    for (;;) {
      const answer = this.#next(head);
      if (answer) return answer;
      if (this.socket.readableEnded || this.socket.destroyed) {
        throw new Error(`The connection ended after: ${this.#received}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** What was received and not yet taken as an answer, once the server has ended the connection. */
  async rest(): Promise<string> {
    while (!this.socket.readableEnded && !this.socket.destroyed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#received;
  }

  #next(head: boolean): RawAnswer | undefined {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const [statusLine = '', ...lines] = this.#received.slice(0, end).split('\r\n');
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const length = head ? 0 : Number(headers['content-length'] ?? 0);
    const rest = Buffer.from(this.#received.slice(end + 4));
    if (rest.length < length) return undefined;
    this.#received = rest.subarray(length).toString();
    const body = rest.subarray(0, length).toString();
    return { status: Number(statusLine.split(' ')[1]), headers, body };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.#closed;
  }
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return new RawClient(socket);
}

export async function rawTlsClient(port: number, options: ConnectionOptions): Promise<RawClient> {
  const carrier = connect(port, '127.0.0.1');
  const socket = connectTls({ socket: carrier, ...options });
  await once(socket, 'secureConnect');
  return new RawClient(socket, carrier);
}

/** A whole POST of a GraphQL body; `extra` are header lines without their line ends. */
export function post(body: string, extra: readonly string[] = []): string {
  const lines = [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...extra,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
