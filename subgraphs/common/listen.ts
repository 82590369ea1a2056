import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

/** An HTTP server on the loopback interface. Disposing it ends its connections. */
export interface Listener extends AsyncDisposable {
  /** `http://127.0.0.1:port`, without a path. */
  readonly origin: string;
}

/** Serves `handler` on `port`; 0 takes any that is free. Rejects when the port is taken. */
export async function listen(
  handler: RequestListener,
  port: number,
  signal: AbortSignal,
): Promise<Listener> {
  const server = createServer(handler);
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening', { signal });
  } catch (failure) {
    server.close();
    throw failure;
  }
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    origin: `http://127.0.0.1:${bound}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
