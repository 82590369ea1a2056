import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { post, rawClient } from '../edge/raw-client.ts';
import { federate } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';
import { twice, withProfilesAt } from './broken.ts';

function portOf(url: string): number {
  return Number(new URL(url).port);
}

test('a client that leaves takes its queries with it', async () => {
  const closed: Promise<unknown>[] = [];
  const both = Promise.withResolvers<void>();
  await using server = await listen((request) => {
    closed.push(once(request.socket, 'close'));
    if (closed.length === 2) both.resolve();
  });
  await using federation = await withProfilesAt(server.url);
  await using client = await rawClient(portOf(federation.gateway.url));
  client.send(post(JSON.stringify({ query: twice })));
  await both.promise;
  client.socket.destroy();
  await Promise.all(closed);
  expect(server.sockets.size).toBe(0);
});

test('a client that leaves takes with it what still waits for a connection', async () => {
  const asked = Promise.withResolvers<void>();
  let requests = 0;
  await using server = await listen((request) => {
    requests += 1;
    request.socket.once('close', () => asked.resolve());
  });
  const one = { profiles: { connections: { max: 1 } } };
  await using federation = await withProfilesAt(server.url, { subgraphs: one });
  const closed = once(server.server, 'connection').then(([socket]) => once(socket, 'close'));
  const request = once(server.server, 'request');
  await using client = await rawClient(portOf(federation.gateway.url));
  client.send(post(JSON.stringify({ query: '{ motto }' })));
  await request;
  client.send(post(JSON.stringify({ query: '{ motto }' })));
  client.socket.destroy();
  await closed;
  await asked.promise;
  expect(requests).toBe(1);
});

test("a client's calls end within 50 ms of its leaving", async () => {
  let asked = Promise.withResolvers<{ readonly closed: Promise<unknown> }>();
  await using server = await listen((request) => {
    asked.resolve({ closed: once(request.socket, 'close') });
  });
  await using federation = await withProfilesAt(server.url);
  const tookMs: number[] = [];
  // Others use the processor too: of ten clients, the one that met nobody else counts.
  for (let count = 0; count < 10; count += 1) {
    asked = Promise.withResolvers();
    await using client = await rawClient(portOf(federation.gateway.url));
    client.send(post(JSON.stringify({ query: '{ motto }' })));
    const { closed } = await asked.promise;
    const leftMs = performance.now();
    client.socket.destroy();
    await closed;
    tookMs.push(performance.now() - leftMs);
  }
  expect(Math.min(...tookMs)).toBeLessThan(50);
});

test('a call that another client waits for goes on', async () => {
  const asked = Promise.withResolvers<() => void>();
  let requests = 0;
  let cut = 0;
  await using server = await listen((request, response) => {
    requests += 1;
    request.socket.once('close', () => {
      if (!response.writableFinished) cut += 1;
    });
    asked.resolve(() => response.end(JSON.stringify({ data: { motto: 'Onwards' } })));
  });
  await using federation = await withProfilesAt(server.url);
  const port = portOf(federation.gateway.url);
  const query = post(JSON.stringify({ query: '{ motto }' }));
  await using leaving = await rawClient(port);
  leaving.send(query);
  const answer = await asked.promise;
  await using staying = await rawClient(port);
  staying.send(query);
  // By the time this one is answered, the other has joined.
  await federation.send('{ __typename }');
  leaving.socket.destroy();
  await federation.logged('request', 2);
  answer();
  expect((await staying.answer()).body).toBe('{"data":{"motto":"Onwards"}}');
  expect({ requests, cut }).toEqual({ requests: 1, cut: 0 });
});

describe('a mutation', () => {
  const orders = `
    type Query { nothing: Int }
    type Mutation { order: Order }
    type Order @key(fields: "id", resolvable: false) { id: ID! }
  `;
  const reading = {
    sdl: 'type Query { read: Int }  type Order @key(fields: "id") { id: ID! total: Int }',
  };

  test('runs to its end though its client leaves, and so do the reads that follow', async () => {
    const arrived = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const asked: string[] = [];
    await using server = await listen(async (request, response) => {
      const { query } = JSON.parse(await text(request));
      asked.push(query);
      arrived.resolve();
      await left.promise;
      const data = { order: { __typename: 'Order', id: '7' } };
      response.end(JSON.stringify({ data }));
    });
    const read = Promise.withResolvers<unknown>();
    const Order = {
      __resolveReference: (reference: object) => {
        read.resolve(reference);
        return { ...reference, total: 3 };
      },
    };
    await using federation = await federate({
      subgraphs: {
        orders: { sdl: orders, url: server.url },
        reading: { ...reading, resolvers: { Order } },
      },
    });
    await using client = await rawClient(portOf(federation.gateway.url));
    client.send(post(JSON.stringify({ query: 'mutation { order { total } }' })));
    await arrived.promise;
    client.socket.destroy();
    await federation.logged('request');
    left.resolve();
    expect(await read.promise).toEqual({ __typename: 'Order', id: '7' });
    await federation[Symbol.asyncDispose]();
    expect(asked).toHaveLength(1);
    expect(federation.log.filter(({ msg }) => msg === 'request')).toMatchObject([{ status: 499 }]);
  });
});
