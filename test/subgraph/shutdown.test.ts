import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { federate } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';

const motto = 'type Query { motto: String } type Mutation { change: String }';
const answered = '{"data":{"motto":"onwards","change":"done"}}';

describe('disposing a gateway', () => {
  test('leaves no connection at the subgraphs', async () => {
    await using server = await listen((_request, response) => void response.end(answered));
    const federation = await federate({ subgraphs: { mottos: { sdl: motto, url: server.url } } });
    expect((await federation.send('{ motto }')).body).toEqual({ data: { motto: 'onwards' } });
    expect(server.sockets.size).toBe(1);
    const closed = [...server.sockets].map((socket) => once(socket, 'close'));
    await federation[Symbol.asyncDispose]();
    await Promise.all(closed);
    expect(server.sockets.size).toBe(0);
  });

  test('lets requests in flight end, and says meanwhile that it is not ready', async () => {
    const asked = Promise.withResolvers<() => void>();
    await using server = await listen((_request, response) => {
      asked.resolve(() => response.end(answered));
    });
    const federation = await federate({ subgraphs: { mottos: { sdl: motto, url: server.url } } });
    const ready = new URL('/health/ready', federation.gateway.adminUrl);
    expect(await (await fetch(ready)).json()).toMatchObject({ status: 'ready' });
    const reply = federation.send('{ motto }');
    const answer = await asked.promise;
    const disposed = federation[Symbol.asyncDispose]();
    const draining = await fetch(ready);
    expect(draining.status).toBe(503);
    expect(await draining.json()).toMatchObject({ status: 'draining' });
    await expect(federation.send('{ motto }')).rejects.toThrow('fetch failed');
    answer();
    expect((await reply).body).toEqual({ data: { motto: 'onwards' } });
    await disposed;
    await expect(fetch(ready)).rejects.toThrow('fetch failed');
  });

  test.each(['{ motto }', 'mutation { change }'])(
    'cuts %s after the time to drain',
    async (query) => {
      const asked = Promise.withResolvers<void>();
      const closed = Promise.withResolvers<void>();
      await using server = await listen((request) => {
        request.socket.once('close', () => closed.resolve());
        asked.resolve();
      });
      const federation = await federate({
        subgraphs: { mottos: { sdl: motto, url: server.url } },
        config: { server: { shutdown: { drain: '50ms' } } },
      });
      const reply = federation.send(query).catch(() => {});
      await asked.promise;
      await federation[Symbol.asyncDispose]();
      await closed.promise;
      await reply;
    },
  );
});
