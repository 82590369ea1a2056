import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port for a server that has to know it before it starts. It is below those that systems give away
 * by themselves (32768 and up on Linux), so that nobody who asks for any port gets it meanwhile.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * ports);
    if (await isFree(port)) return port;
  }
}

const lowest = 20_000;
const ports = 12_000;

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
