import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { HttpClient, type HttpOptions } from '../../src/clients/http.ts';
import { listen } from '../harness/listen.ts';

const options: HttpOptions = {
  connections: 2,
  keepAliveMs: 60_000,
  connectTimeoutMs: 5_000,
  maxBodyBytes: 1_000,
};
const never = new AbortController().signal;
const get = { method: 'GET', headers: {} } as const;

describe('a client for HTTP', () => {
  test('uses one connection for calls that follow each other', async () => {
    let connections = 0;
    await using server = await listen((_request, response) => void response.end('yes'));
    server.server.on('connection', () => {
      connections += 1;
    });
    await using client = new HttpClient(options);
    for (let round = 0; round < 5; round += 1) {
      const { status, body } = await client.request(new URL(`${server.url}/?a=1`), get, never);
      expect([status, body.toString()]).toEqual([200, 'yes']);
      // The pool learns one turn later that the connection is free.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(connections).toBe(1);
  });

  test('opens as many connections as it may, and no more', async () => {
    const waiting: (() => void)[] = [];
    const both = Promise.withResolvers<void>();
    let most = 0;
    await using server = await listen((_request, response) => {
      waiting.push(() => response.end());
      most = Math.max(most, server.sockets.size);
      if (waiting.length === 2) both.resolve();
    });
    server.server.on('request', () => {
      if (waiting.length > 2) waiting.pop()?.();
    });
    await using client = new HttpClient(options);
    const calls = Array.from({ length: 10 }, () => client.request(new URL(server.url), get, never));
    await both.promise;
    for (const answer of waiting.splice(0, 2)) answer();
    server.server.on('request', () => waiting.pop()?.());
    await Promise.all(calls);
    expect(most).toBe(2);
  });

  test('leaves no connection when it is disposed, and opens none afterwards', async () => {
    await using server = await listen((_request, response) => void response.end());
    const client = new HttpClient(options);
    await client.request(new URL(server.url), get, never);
    const [socket] = server.sockets;
    const closed = socket && once(socket, 'close');
    await client[Symbol.asyncDispose]();
    await closed;
    await expect(client.request(new URL(server.url), get, never)).rejects.toMatchObject({
      name: 'HttpError',
      failure: 'failed',
    });
    expect(server.sockets.size).toBe(0);
  });

  test('throws the reason of its signal, and ends the connection', async () => {
    const closed = Promise.withResolvers<void>();
    const leaving = new AbortController();
    await using server = await listen((request) => {
      request.socket.once('close', closed.resolve);
      leaving.abort(new Error('enough'));
    });
    await using client = new HttpClient(options);
    const call = client.request(new URL(server.url), get, leaving.signal);
    await expect(call).rejects.toThrow('enough');
    await closed.promise;
  });

  test('sends nothing for a signal that has aborted before', async () => {
    let requests = 0;
    await using server = await listen((_request, response) => {
      requests += 1;
      response.end();
    });
    await using client = new HttpClient(options);
    const call = client.request(new URL(server.url), get, AbortSignal.abort(new Error('late')));
    await expect(call).rejects.toThrow('late');
    await client.request(new URL(server.url), get, never);
    expect(requests).toBe(1);
  });
});
