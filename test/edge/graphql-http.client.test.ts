import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { GatewayError } from '../../src/errors.ts';
import { toAbortSignal } from '../../src/lib/cancellation.ts';
import { post, rawClient } from './raw-client.ts';
import { run, smallGateway } from './small-gateway.ts';

const question = '{"query":"{ hello }"}';
const answer = '{"data":{"hello":"Hello, world!"}}';

test('the signal of a run aborts when its client leaves, and nothing is written', async () => {
  const started = Promise.withResolvers<AbortSignal>();
  await using gateway = await smallGateway({
    graphql: {
      run: async (request, cancellation) => {
        const signal = toAbortSignal(cancellation);
        started.resolve(signal);
        await once(signal, 'abort');
        return run(request);
      },
    },
  });
  await using client = await rawClient(gateway.port);
  client.send(post(question));
  const signal = await started.promise;
  expect(signal.aborted).toBe(false);
  client.socket.end();
  await once(signal, 'abort');
  expect(signal.reason).toBeInstanceOf(GatewayError);
  expect(signal.reason).toMatchObject({ code: 'CLIENT_CLOSED_REQUEST', status: 499 });
  expect(await client.rest()).toBe('');
});

test('the signal of a run that was answered stays quiet when its client leaves', async () => {
  const signals: AbortSignal[] = [];
  const sockets: Promise<unknown>[] = [];
  await using gateway = await smallGateway({
    graphql: {
      run: (request, signal) => {
        signals.push(toAbortSignal(signal));
        return run(request);
      },
      open: (request) => {
        sockets.push(once(request.socket, 'close'));
        return { id: '1', log: gateway.log };
      },
    },
  });
  await using client = await rawClient(gateway.port);
  client.send(post(question) + post(question));
  await client.answer();
  await client.answer();
  client.socket.end();
  await sockets[0];
  expect(signals.map((signal) => signal.aborted)).toEqual([false, false]);
});

test('a client that leaves in the middle of its body starts nothing', async () => {
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  let ran = false;
  await using gateway = await smallGateway({
    graphql: {
      run: (request) => {
        ran = true;
        return run(request);
      },
      open: (request) => {
        opened.resolve();
        request.socket.once('close', () => closed.resolve());
        return { id: '1', log: gateway.log };
      },
    },
  });
  await using client = await rawClient(gateway.port);
  client.send(post(question).slice(0, -1));
  await opened.promise;
  client.socket.resetAndDestroy();
  await closed.promise;
  expect(ran).toBe(false);
});

test('what breaks inside is a 500 that tells nothing, and the next request is served', async () => {
  let broken = true;
  await using gateway = await smallGateway({
    graphql: {
      run: async (request) => {
        if (broken) throw new TypeError('secret of /inside');
        return run(request);
      },
    },
  });
  await using client = await rawClient(gateway.port);
  client.send(post(question));
  const { status, body } = await client.answer();
  expect({ status, body }).toEqual({
    status: 500,
    body: '{"errors":[{"message":"Internal server error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}',
  });
  broken = false;
  client.send(post(question));
  expect(await client.answer()).toMatchObject({ status: 200, body: answer });
});

test('a reply that cannot be written becomes a 500, and the next request is served', async () => {
  await using gateway = await smallGateway({
    graphql: {
      run: async () => ({ status: 200, headers: { 'x-broken': 'a\r\nb: c' }, body: '' }),
    },
  });
  for (let round = 0; round < 2; round += 1) {
    const response = await fetch(`${gateway.url}?query={hello}`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
  }
});

test('a reply that ends its connection counts as written, with its status', async () => {
  const closed = Promise.withResolvers<{ status: number; written: boolean }>();
  await using gateway = await smallGateway({
    graphql: {
      open: (_request, response) => {
        response.setHeader('x-request-id', '1');
        response.once('close', () => {
          closed.resolve({ status: response.statusCode, written: response.writableFinished });
        });
        return { id: '1', log: gateway.log };
      },
    },
  });
  await using client = await rawClient(gateway.port);
  client.send(post('').replace('Content-Length: 0', 'Content-Length: 45000000'));
  expect(await client.answer()).toMatchObject({
    status: 413,
    headers: { connection: 'close', 'x-request-id': '1' },
  });
  expect(await closed.promise).toEqual({ status: 413, written: true });
});
