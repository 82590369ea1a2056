import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { Listener } from '../../src/edge/listener.ts';
import { type Handler, routeTable } from '../../src/edge/routes.ts';
import { writeReply } from '../../src/edge/write-reply.ts';
import { StartupError } from '../../src/errors.ts';
import { post } from './raw-client.ts';
import { fail, listenerOptions, smallGateway, testLog } from './small-gateway.ts';
import { ways } from './ways.ts';

const question = '{"query":"{ hello }"}';
const answer = '{"data":{"hello":"Hello, world!"}}';

function failure(code: string, message: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

/** A handler that answers when it is told to. */
function gate() {
  const entered = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const handler: Handler = async (_request, response) => {
    entered.resolve();
    await opened.promise;
    response.end('late');
  };
  return { handler, entered: entered.promise, open: opened.resolve };
}

describe.each(ways)('connections over $name', ({ smallGateway, rawClient }) => {
  test('serve one request after the other', async () => {
    await using gateway = await smallGateway();
    await using client = await rawClient(gateway.port);
    for (let round = 0; round < 3; round += 1) {
      client.send(post(question));
      expect(await client.answer()).toMatchObject({ status: 200, body: answer });
    }
  });

  test('serve pipelined requests in their order', async () => {
    await using gateway = await smallGateway();
    await using client = await rawClient(gateway.port);
    client.send(post('{"query":"{ a: hello }"}') + post('{}') + post('{"query":"{ b: hello }"}'));
    expect(await client.answer()).toMatchObject({ body: '{"data":{"a":"Hello, world!"}}' });
    expect(await client.answer()).toMatchObject({ status: 400 });
    expect(await client.answer()).toMatchObject({ body: '{"data":{"b":"Hello, world!"}}' });
  });

  test('answer what came before a broken request, and end there', async () => {
    const { handler, entered, open } = gate();
    await using gateway = await smallGateway({ routes: [{ path: '/late', handler }] });
    await using client = await rawClient(gateway.port);
    client.send('GET /late HTTP/1.1\r\nHost: a\r\n\r\nbroken\r\n\r\n');
    await entered;
    open();
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nlate$/);
  });

  test('answer what came before a refused request, and refuse it in its turn', async () => {
    const { handler, entered, open } = gate();
    await using gateway = await smallGateway({ routes: [{ path: '/late', handler }] });
    await using client = await rawClient(gateway.port);
    client.send('GET /late HTTP/1.1\r\nHost: a\r\n\r\n');
    await entered;
    client.send('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n');
    open();
    const received = await client.rest();
    expect(received.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 200']);
    expect(received.match(/HTTP\/1\.1 400/g)).toHaveLength(1);
  });

  test('answer what came before a refused request, also when what follows is broken', async () => {
    const { handler, entered, open } = gate();
    await using gateway = await smallGateway({ routes: [{ path: '/late', handler }] });
    await using client = await rawClient(gateway.port);
    const refused = 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n';
    client.send(`GET /late HTTP/1.1\r\nHost: a\r\n\r\n${refused}broken\r\n\r\n`);
    await entered;
    open();
    expect((await client.rest()).match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 400',
    ]);
  });

  test('survive a GET with a body, which is not read as a request', async () => {
    await using gateway = await smallGateway();
    await using client = await rawClient(gateway.port);
    const hidden = 'GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n';
    client.send(
      `GET /graphql?query={hello} HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
    );
    expect(await client.answer()).toMatchObject({ status: 200, body: answer });
    client.send(post(question));
    expect(await client.answer()).toMatchObject({ status: 200, body: answer });
  });

  test('that reset in the middle of an answer disturb nobody', async () => {
    const { handler, entered, open } = gate();
    await using gateway = await smallGateway({ routes: [{ path: '/late', handler }] });
    await using client = await rawClient(gateway.port);
    client.send('GET /late HTTP/1.1\r\nHost: a\r\n\r\n');
    await entered;
    client.reset();
    open();
    expect(await (await fetch(`${gateway.url}?query={hello}`)).text()).toBe(answer);
  });
});

describe.each(ways)(
  'methods that are no requests for a path over $name',
  ({ smallGateway, rawClient }) => {
    test('CONNECT is refused', async () => {
      await using gateway = await smallGateway();
      await using client = await rawClient(gateway.port);
      client.send('CONNECT inside:80 HTTP/1.1\r\nHost: inside:80\r\n\r\n');
      const { status, headers, body } = await client.answer();
      const message = 'This gateway opens no tunnels';
      expect({ status, body }).toEqual({
        status: 405,
        body: failure('METHOD_NOT_ALLOWED', message),
      });
      expect(headers).toMatchObject({ connection: 'close', allow: 'GET, POST' });
      expect(await client.rest()).toBe('');
    });

    test('an upgrade is answered as the request that it is', async () => {
      await using gateway = await smallGateway();
      await using client = await rawClient(gateway.port);
      const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13';
      client.send(
        `GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`,
      );
      expect(await client.answer()).toMatchObject({
        status: 400,
        body: failure('BAD_REQUEST', 'The request has no `query`'),
      });
    });

    test('an upgrade with a body is answered, and ends the connection', async () => {
      await using gateway = await smallGateway();
      await using client = await rawClient(gateway.port);
      client.send(post(question, ['Connection: Upgrade', 'Upgrade: h2c']) + post(question));
      expect(await client.answer()).toMatchObject({
        status: 200,
        headers: { connection: 'close' },
      });
      expect(await client.rest()).toBe('');
    });

    test('an expectation that is not known is ignored, and the request is served', async () => {
      await using gateway = await smallGateway();
      await using client = await rawClient(gateway.port);
      client.send(post(question, ['Expect: the-unexpected']));
      expect(await client.answer()).toMatchObject({ status: 200, body: answer });
    });
  },
);

describe.each(ways)('clients that are slow over $name', ({ smallGateway, rawClient }) => {
  // Long enough for a handshake and a head on a machine that is busy.
  const timeouts = { headers: 1_000, request: 1_500, write: 1_000, idle: 1_000 };

  test('half a head is answered with 408', async () => {
    await using gateway = await smallGateway({ listener: { timeouts } });
    await using client = await rawClient(gateway.port);
    client.send('GET /graphql HTTP/1.1\r\nHost: a\r\n');
    const { status, headers, body } = await client.answer();
    const message = 'The request took too long to arrive';
    expect({ status, body }).toEqual({ status: 408, body: failure('REQUEST_TIMEOUT', message) });
    expect(headers).toMatchObject({ connection: 'close' });
    expect(await client.rest()).toBe('');
  });

  test('half a body is answered with 408', async () => {
    await using gateway = await smallGateway({ listener: { timeouts } });
    await using client = await rawClient(gateway.port);
    client.send(post(question).slice(0, -4));
    expect(await client.answer()).toMatchObject({ status: 408 });
    expect(await client.rest()).toBe('');
  });

  test('a connection that says nothing is closed without a word', async () => {
    await using gateway = await smallGateway({ listener: { timeouts } });
    await using client = await rawClient(gateway.port);
    expect(await client.rest()).toBe('');
  });

  test('a connection that stays open after its answer is closed without a word', async () => {
    await using gateway = await smallGateway({ listener: { timeouts } });
    await using client = await rawClient(gateway.port);
    client.send(post(question));
    await client.answer();
    expect(await client.rest()).toBe('');
  });

  test('an answer that is not taken is cut', async () => {
    const closed = Promise.withResolvers<boolean>();
    const handler: Handler = async (_request, response) => {
      response.once('close', () => closed.resolve(response.writableFinished));
      response.end(Buffer.alloc(50_000_000));
    };
    await using gateway = await smallGateway({
      listener: { timeouts },
      routes: [{ path: '/large', handler }],
    });
    await using client = await rawClient(gateway.port);
    client.socket.pause();
    client.send('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await closed.promise).toBe(false);
  });

  test('an answer that is taken slowly, but taken, arrives whole', async () => {
    const size = 20_000_000;
    const handler: Handler = async (_request, response) => {
      const headers = { 'content-type': 'application/json' };
      writeReply(response, { status: 200, headers, body: 'x'.repeat(size) });
    };
    await using gateway = await smallGateway({
      listener: { timeouts: { ...timeouts, write: 1_500 } },
      routes: [{ path: '/large', handler }],
    });
    await using client = await rawClient(gateway.port);
    let [received, paused] = [0, 0];
    const whole = Promise.withResolvers<void>();
    client.socket.on('data', (text) => {
      received += text.length;
      if (received > size) whole.resolve();
      if (received < (paused + 1) * 2_000_000) return;
      paused += 1;
      client.socket.pause();
      setTimeout(() => client.socket.resume(), 250);
    });
    client.socket.on('close', () => whole.reject(new Error(`It was cut after ${received}`)));
    client.send('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
    await whole.promise;
    // In all it took longer than the client may leave it waiting.
    expect(paused).toBeGreaterThan(8);
  });

  test('1,000 half heads keep nobody else waiting', async () => {
    await using gateway = await smallGateway();
    const clients = await Promise.all(Array.from({ length: 1_000 }, () => rawClient(gateway.port)));
    for (const client of clients) client.send('GET /graphql HTTP/1.1\r\nHost: a\r\n');
    const started = performance.now();
    expect(await (await fetch(`${gateway.url}?query={hello}`)).text()).toBe(answer);
    // To wait for the heads would take the minute that they have.
    expect(performance.now() - started).toBeLessThan(10_000);
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  }, 120_000);
});

describe.each(ways)('routes over $name', ({ smallGateway }) => {
  test('a path that nobody serves is 404', async () => {
    await using gateway = await smallGateway();
    const response = await fetch(`${gateway.origin}/nowhere`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(404);
    expect(await response.text()).toBe(failure('NOT_FOUND', 'Nothing is served at this path'));
  });

  test('a path that is not validly encoded is 400', async () => {
    await using gateway = await smallGateway();
    const response = await fetch(`${gateway.origin}/%c3%28`);
    expect(response.status).toBe(400);
    const message = 'The path of the request is not validly encoded';
    expect(await response.text()).toBe(failure('BAD_REQUEST', message));
  });

  test('are swapped whole; a request in flight keeps its own', async () => {
    const { handler, entered, open } = gate();
    await using gateway = await smallGateway({ routes: [{ path: '/late', handler }] });
    const late = fetch(`${gateway.origin}/late`);
    await entered;
    const fresh: Handler = async (_request, response) => void response.end('fresh');
    gateway.listener.routes = routeTable([{ path: '/late', handler: fresh }]);
    expect(await (await fetch(`${gateway.origin}/late`)).text()).toBe('fresh');
    expect((await fetch(gateway.url)).status).toBe(404);
    open();
    expect(await (await late).text()).toBe('late');
  });

  test('a handler that throws is answered with 500, which tells nothing', async () => {
    const handler: Handler = async () => {
      throw new TypeError('secret');
    };
    await using gateway = await smallGateway({ routes: [{ path: '/broken', handler }] });
    const response = await fetch(`${gateway.origin}/broken`);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe(failure('INTERNAL_SERVER_ERROR', 'Internal server error'));
    expect(gateway.log.lines).toMatchObject([{ level: 'error', message: 'Request failed' }]);
  });
});

describe.each(ways)('an end over $name', ({ smallGateway, rawClient }) => {
  test('lets a request in flight finish, says so, and takes no other', async () => {
    const { handler, entered, open } = gate();
    const gateway = await smallGateway({ routes: [{ path: '/late', handler }] });
    await using idle = await rawClient(gateway.port);
    await using client = await rawClient(gateway.port);
    idle.send(post(question));
    await idle.answer();
    client.send('GET /late HTTP/1.1\r\nHost: a\r\n\r\n');
    await entered;
    const ended = gateway[Symbol.asyncDispose]();
    expect(await idle.rest()).toBe('');
    await expect(rawClient(gateway.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    open();
    expect(await client.rest()).toMatch(/\r\nconnection: close\r\n[\s\S]*late/);
    await ended;
  });

  test('cuts what is still in flight after the drain time', async () => {
    const { handler, entered } = gate();
    const gateway = await smallGateway({
      listener: { shutdown: { drain: 50 } },
      routes: [{ path: '/late', handler }],
    });
    await using client = await rawClient(gateway.port);
    client.send('GET /late HTTP/1.1\r\nHost: a\r\n\r\n');
    await entered;
    const closed = once(client.socket, 'close');
    await gateway[Symbol.asyncDispose]();
    await closed;
    expect(await client.rest()).toBe('');
  });

  test('does not wait for half a request', async () => {
    const gateway = await smallGateway();
    await using client = await rawClient(gateway.port);
    client.send('GET /graphql HTTP/1.1\r\n');
    await gateway[Symbol.asyncDispose]();
    expect(await client.rest()).toBe('');
  });
});

describe('addresses', () => {
  test('several serve the same routes', async () => {
    const listen = [
      { host: '127.0.0.1', port: 0 },
      { host: '127.0.0.1', port: 0 },
    ];
    await using gateway = await smallGateway({ listener: { listen } });
    const answers = gateway.listener.ports.map(async (port) =>
      (await fetch(`http://127.0.0.1:${port}/graphql?query={hello}`)).text(),
    );
    expect(await Promise.all(answers)).toEqual([answer, answer]);
  });

  test('one that is taken opens none, and says which and why', async () => {
    await using gateway = await smallGateway();
    const listen = [
      { host: '127.0.0.1', port: 0 },
      { host: '127.0.0.1', port: gateway.port },
    ];
    const options = { ...listenerOptions, listen };
    const listener = new Listener({ options, routes: routeTable([]), fail, log: testLog() });
    const started = listener.start();
    await expect(started).rejects.toBeInstanceOf(StartupError);
    await expect(started).rejects.toMatchObject({
      failure: 'configuration',
      problems: [
        {
          code: 'ADDRESS_UNAVAILABLE',
          message: `Cannot listen on 127.0.0.1:${gateway.port}: the port is in use`,
        },
      ],
    });
    expect(listener.ports).toEqual([0, 0]);
    await listener[Symbol.asyncDispose]();
  });
});
