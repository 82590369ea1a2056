import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Handler } from '../../src/edge/routes.ts';
import { post, type RawClient, rawClient } from './raw-client.ts';
import { listenerOptions, type SmallGateway, smallGateway } from './small-gateway.ts';

const question = post('{"query":"{ hello }"}');
const message = 'Too many connections are open';
const refusal = JSON.stringify({
  errors: [{ message, extensions: { code: 'SERVICE_UNAVAILABLE' } }],
});

/** A gateway with bounds for connections, where `/late` answers once it is told to. */
async function bounded(bounds: { readonly connections?: number; readonly perIp?: number }) {
  const opened = Promise.withResolvers<void>();
  const arrivals = new EventEmitter();
  const handler: Handler = async (_request, response) => {
    arrivals.emit('request');
    await opened.promise;
    response.end('late');
  };
  const limits = { ...listenerOptions.limits, ...bounds };
  const routes = [{ path: '/late', handler }];
  const gateway = await smallGateway({ listener: { limits }, routes });
  /** A client whose request has come to the gateway, and waits there. */
  const waiting = async () => {
    const client = await rawClient(gateway.port);
    const arrived = once(arrivals, 'request');
    client.send('GET /late HTTP/1.1\r\nHost: a\r\n\r\n');
    await arrived;
    return client;
  };
  return { gateway, waiting, open: opened.resolve };
}

async function asking(gateway: SmallGateway): Promise<RawClient> {
  const client = await rawClient(gateway.port);
  await ask(client);
  return client;
}

async function ask(client: RawClient): Promise<void> {
  client.send(question);
  expect(await client.answer()).toMatchObject({ status: 200 });
}

/** The answer that was waited for; it has no length. */
async function late({ socket }: RawClient): Promise<void> {
  const [bytes] = await once(socket, 'data');
  expect(String(bytes)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*late/);
}

async function expectRefused(gateway: SmallGateway): Promise<void> {
  await using client = await rawClient(gateway.port);
  const { status, headers, body } = await client.answer();
  expect({ status, body }).toEqual({ status: 503, body: refusal });
  expect(headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
  expect(await client.rest()).toBe('');
}

describe('where too many connections are open', () => {
  test('the one that was used longest ago gives way', async () => {
    const { gateway } = await bounded({ connections: 3 });
    await using _gateway = gateway;
    await using first = await asking(gateway);
    await using second = await asking(gateway);
    await using third = await asking(gateway);
    await ask(first);
    await using fourth = await asking(gateway);
    expect(await second.rest()).toBe('');
    for (const client of [first, third, fourth]) await ask(client);
  });

  test('those that say nothing give way as well', async () => {
    const { gateway } = await bounded({ connections: 2 });
    await using _gateway = gateway;
    await using silent = await rawClient(gateway.port);
    await using half = await rawClient(gateway.port);
    half.send('GET /graphql HTTP/1.1\r\n');
    await using _third = await asking(gateway);
    await using _fourth = await asking(gateway);
    expect((await silent.rest()) + (await half.rest())).toBe('');
  });

  test('new ones are refused while all others wait for their answers', async () => {
    const { gateway, waiting, open } = await bounded({ connections: 2 });
    await using _gateway = gateway;
    await using first = await waiting();
    await using second = await waiting();
    await expectRefused(gateway);
    await expectRefused(gateway);
    open();
    for (const client of [first, second]) await late(client);
    await using _third = await asking(gateway);
    // A flood of them is one line.
    expect(gateway.log.lines).toEqual([
      {
        level: 'warn',
        fields: { refused: 1 },
        message: 'Connections are refused: too many are open',
      },
    ]);
  });

  test('a flood of refused ones is reset, and what was open is served', async () => {
    const { gateway, waiting, open } = await bounded({ connections: 1 });
    await using _gateway = gateway;
    await using busy = await waiting();
    // They do not end their side: each is held for a while, so that it can read its refusal.
    const how = { port: gateway.port, host: '127.0.0.1', allowHalfOpen: true };
    const outcomes = Array.from({ length: 600 }, async () => {
      const socket = connect(how).resume();
      const outcome = await new Promise<string>((resolve) => {
        socket.on('end', () => resolve('told')).on('error', () => resolve('reset'));
      });
      return { outcome, socket };
    });
    const flood = await Promise.all(outcomes);
    for (const { socket } of flood) socket.destroy();
    const told = flood.filter(({ outcome }) => outcome === 'told').length;
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(600);
    open();
    await late(busy);
  });
});

test('one address has no more connections than it may, and others when it closes some', async () => {
  const { gateway } = await bounded({ perIp: 2 });
  await using _gateway = gateway;
  await using _first = await asking(gateway);
  {
    await using _second = await asking(gateway);
    await expectRefused(gateway);
  }
  await using _third = await asking(gateway);
});
