import { once } from 'node:events';
import type { LookupFunction } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { HttpClient, type HttpOptions } from '../../src/clients/http.ts';
import { listen } from '../harness/listen.ts';
import { unaccepting } from '../harness/unaccepting.ts';

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

describe('a name is reached', () => {
  /** Every name has these addresses. */
  const known = (...addresses: readonly string[]): LookupFunction => {
    const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    return (_name, _options, found) => found(null, all);
  };
  const nobody = '127.0.0.3';
  const asleep = '127.0.0.2';

  async function reach(addresses: readonly string[]): Promise<string> {
    await using server = await listen((_request, response) => void response.end('live'));
    await using _asleep = await unaccepting({ host: asleep, port: server.port });
    await using client = new HttpClient({ ...options, lookup: known(...addresses) });
    const url = new URL(`http://service.test:${server.port}/`);
    return (await client.request(url, get, never)).body.toString();
  }

  test.each([
    ['whose IPv6 address refuses', ['::1', '127.0.0.1']],
    ['whose IPv6 network is not there', ['100::1', '127.0.0.1']],
    ['whose first address answers nothing', [asleep, '127.0.0.1']],
    ['whose first addresses are all dead', ['::1', nobody, asleep, '127.0.0.1']],
  ])('%s', async (_title, addresses) => {
    expect(await reach(addresses)).toBe('live');
  });

  test.each([
    ['all refuse', ['::1', nobody], 'refused'],
    ['none answers', [asleep], 'connect-timeout'],
  ])('by none of its addresses when %s', async (_title, addresses, failure) => {
    await using server = await unaccepting({ host: asleep });
    const lookup = known(...addresses);
    await using client = new HttpClient({ ...options, connectTimeoutMs: 1_000, lookup });
    const url = new URL(server.url.replace(asleep, 'service.test'));
    await expect(client.request(url, get, never)).rejects.toMatchObject({ failure });
  });

  test('by nobody when it is not resolved, or not in time', async () => {
    const unknown: LookupFunction = (_name, _options, found) =>
      found(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
    for (const [lookup, failure] of [
      [unknown, 'unresolved'],
      [() => {}, 'connect-timeout'],
    ] as const) {
      await using client = new HttpClient({ ...options, connectTimeoutMs: 1_000, lookup });
      const call = client.request(new URL('http://service.test/'), get, never);
      await expect(call).rejects.toMatchObject({ failure });
    }
  });
});
