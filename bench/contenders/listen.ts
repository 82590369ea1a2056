import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request whose body has come whole. */
export type Handler = (body: Buffer, request: IncomingMessage, response: ServerResponse) => void;

/** Serves on a free port of this machine and gives the address. */
export async function listen(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [only] = chunks;
      const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
      handler(body, request, response);
    });
  });
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** Tells the process that started this one where it answers, as Gatehouse's log does. */
export function ready(addresses: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ ...addresses, msg: 'ready' })}\n`);
}
