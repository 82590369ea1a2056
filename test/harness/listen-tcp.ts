import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A server that speaks whatever its handler writes, on a free port of the loopback interface. */
export interface TcpServer extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open now. */
  readonly sockets: ReadonlySet<Socket>;
}

/** Starts `server`, or a plain one for `onConnection`; disposing it ends its connections. */
export async function listenTcp(
  onConnection: (socket: Socket) => void,
  server: Server = createServer(),
): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // A gateway that gives up resets the connection: that is what these tests are about.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Calls `answer` with each whole request that has a `content-length`, as text. */
export function onRequest(socket: Socket, answer: (request: string) => void): void {
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (text) => {
    received += text;
    const end = received.indexOf('\r\n\r\n');
    const length = Number(/^content-length: *(\d+)/im.exec(received)?.[1] ?? 0);
    if (end === -1 || received.length < end + 4 + length) return;
    const request = received.slice(0, end + 4 + length);
    received = received.slice(end + 4 + length);
    answer(request);
  });
}
