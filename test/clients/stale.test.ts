import { once } from 'node:events';
import { createSecureServer, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { HttpClient, type HttpOptions, type HttpRequest } from '../../src/clients/http.ts';
import { selfSigned } from '../harness/certificates.ts';
import { listenTcp, onRequest } from '../harness/listen-tcp.ts';

const options: HttpOptions = {
  connections: 1,
  keepAliveMs: 60_000,
  connectTimeoutMs: 5_000,
  maxBodyBytes: 1_000,
};
const never = new AbortController().signal;
const get: HttpRequest = { method: 'GET', headers: {} };
const query: HttpRequest = { method: 'POST', headers: {}, body: '{}', isIdempotent: true };
const mutation: HttpRequest = { method: 'POST', headers: {}, body: '{}' };
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes';

/** Each connection answers its first `answers` requests, and ends with `end` at the next one. */
async function tired(answers: number, end: (socket: Socket) => void) {
  const seen: string[] = [];
  const server = await listenTcp((socket) => {
    let left = answers;
    onRequest(socket, (request) => {
      seen.push(request.split(' ', 1)[0] ?? '');
      left -= 1;
      if (left < 0) end(socket);
      else socket.write(ok);
    });
  });
  return { ...server, seen, url: new URL(`http://127.0.0.1:${server.port}/`) };
}

async function twice(client: HttpClient, url: URL, request: HttpRequest): Promise<string> {
  await client.request(url, get, never);
  // The pool learns one turn later that the connection is free.
  await new Promise((resolve) => setImmediate(resolve));
  return client.request(url, request, never).then(
    ({ body }) => body.toString(),
    ({ failure }) => failure,
  );
}

const ends = [
  ['is reset', (socket: Socket) => void socket.resetAndDestroy()],
  ['is closed', (socket: Socket) => void socket.end()],
] as const;

describe.each(ends)('a kept connection that %s upon a request', (_how, end) => {
  test('is not noticed by what may be sent twice', async () => {
    await using server = await tired(1, end);
    await using client = new HttpClient(options);
    expect(await twice(client, server.url, query)).toBe('yes');
    expect(server.seen).toEqual(['GET', 'POST', 'POST']);
  });

  test('fails what may not, which is sent once', async () => {
    await using server = await tired(1, end);
    await using client = new HttpClient(options);
    expect(await twice(client, server.url, mutation)).toBe('reset');
    expect(server.seen).toEqual(['GET', 'POST']);
  });

  test('fails what a new connection fails as well', async () => {
    let requests = 0;
    await using server = await listenTcp((socket) => {
      onRequest(socket, () => {
        requests += 1;
        if (requests === 1) socket.write(ok);
        else end(socket);
      });
    });
    await using client = new HttpClient(options);
    const url = new URL(`http://127.0.0.1:${server.port}/`);
    expect(await twice(client, url, query)).toBe('reset');
    expect(requests).toBe(3);
  });
});

test('a first request on a connection is sent once', async () => {
  await using server = await tired(0, (socket) => void socket.resetAndDestroy());
  await using client = new HttpClient(options);
  await expect(client.request(server.url, query, never)).rejects.toMatchObject({
    failure: 'reset',
  });
  expect(server.seen).toEqual(['POST']);
});

test('an answer that breaks off is not asked for again', async () => {
  await using server = await tired(1, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', () =>
      socket.resetAndDestroy(),
    );
  });
  await using client = new HttpClient(options);
  expect(await twice(client, server.url, query)).toBe('reset');
  expect(server.seen).toEqual(['GET', 'POST']);
});

test('a request whose client left is not sent again', async () => {
  const leaving = new AbortController();
  await using server = await tired(1, (socket) => {
    leaving.abort(new Error('left'));
    socket.resetAndDestroy();
  });
  await using client = new HttpClient(options);
  await client.request(server.url, get, never);
  await new Promise((resolve) => setImmediate(resolve));
  await expect(client.request(server.url, query, leaving.signal)).rejects.toThrow('left');
  expect(server.seen).toEqual(['GET', 'POST']);
});

test('HTTP/2: what a server that goes away has not taken is sent again, even a mutation', async () => {
  const certificate = await selfSigned();
  const server = createSecureServer(certificate);
  const taken: number[] = [];
  let sessions = 0;
  server.on('session', (session: ServerHttp2Session) => {
    sessions += 1;
    const number = sessions;
    session.on('stream', (stream) => {
      taken.push(number);
      stream.respond({ ':status': 200 });
      stream.end('yes', () => {
        // From now on, it takes nothing.
        if (number === 1) session.goaway(0, stream.id ?? 0);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const tls = { current: { ca: certificate.cert } };
  const client = new HttpClient({ ...options, http2: true, tls });
  try {
    const url = new URL(`https://127.0.0.1:${port}/`);
    await client.request(url, mutation, never);
    const { body } = await client.request(url, mutation, never);
    expect(body.toString()).toBe('yes');
    expect(taken).toEqual([1, 2]);
  } finally {
    await client[Symbol.asyncDispose]();
    server.close();
  }
});
