import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Handler } from '../../src/edge/routes.ts';
import { clientConnection } from '../../src/edge/tls/client-connection.ts';
import type { TlsInput } from '../../src/edge/tls/options.ts';
import { folderWith } from '../config/files.ts';
import { Authority, type Certificate } from '../harness/certificates.ts';
import { listenTcp } from '../harness/listen-tcp.ts';
import { post, rawClient, rawTlsClient } from './raw-client.ts';
import { listenerOptions, type SmallGatewayOptions, smallGateway } from './small-gateway.ts';
import { showing } from './ways.ts';

const question = post('{"query":"{ hello }"}');
let authority: Authority;
let own: Certificate;

beforeAll(async () => {
  authority = await Authority.open();
  own = await authority.issue({ names: 'DNS:localhost,IP:127.0.0.1' });
});
afterAll(() => authority[Symbol.asyncDispose]());

/** Tells whose certificate came along, and what is wrong with it. */
const who: Handler = async (request, response) => {
  const found = clientConnection(request.socket)?.certificate;
  const subject = found && new X509Certificate(found.raw).subject;
  response.end(JSON.stringify({ subject, problem: found?.problem }));
};

async function open(tls: Partial<TlsInput> = {}, setup: SmallGatewayOptions = {}) {
  const listen = [{ host: '127.0.0.1', port: 0, tls: showing(own, tls) }];
  const routes = [{ path: '/who', handler: who }];
  return smallGateway({ routes, ...setup, listener: { listen, ...setup.listener } });
}

function client(port: number, options: ConnectionOptions = {}) {
  return rawTlsClient(port, { ca: authority.cert, host: '127.0.0.1', ...options });
}

/** A client that has been answered once. */
async function asking(port: number) {
  const one = await client(port);
  one.send(question);
  expect(await one.answer()).toMatchObject({ status: 200 });
  return one;
}

/** What the gateway says of the client; rejects when it says nothing. */
async function asked(port: number, options: ConnectionOptions = {}): Promise<unknown> {
  await using one = await client(port, options);
  one.send('GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  const text = await one.rest();
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(`Instead of an answer: ${text}`);
  return JSON.parse(/\{.*\}/.exec(text)?.[0] ?? '');
}

/** A session that can be resumed, of a client that has been answered. */
async function sessionOf(port: number, options: ConnectionOptions): Promise<Buffer> {
  const socket = connect({ ...options, port });
  const told = once(socket, 'session');
  socket.write('GET /who HTTP/1.1\r\nHost: a\r\n\r\n');
  const [session] = await told;
  socket.destroy();
  return session;
}

/** The first that a client says in a handshake. */
async function clientHello(): Promise<Buffer> {
  const heard = Promise.withResolvers<Buffer>();
  await using server = await listenTcp((socket) => socket.once('data', heard.resolve));
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  socket.on('error', () => {});
  return await heard.promise;
}

describe('a client that does not speak TLS', () => {
  test.each([
    ['plain HTTP', question, 'ERR_SSL_HTTP_REQUEST'],
    ['garbage', Buffer.alloc(64, 0xff), 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ['half a handshake', Buffer.from('160301020001', 'hex'), 'ERR_TLS_HANDSHAKE_TIMEOUT'],
    ['nothing', '', 'ERR_TLS_HANDSHAKE_TIMEOUT'],
  ])('is cut off: %s', async (_what, bytes, code) => {
    const timeouts = { ...listenerOptions.timeouts, headers: 1_000 };
    await using gateway = await open({}, { listener: { timeouts } });
    await using broken = await rawClient(gateway.port);
    if (bytes.length > 0) broken.send(bytes);
    expect(await broken.rest()).not.toContain('HTTP');
    const message = 'A TLS handshake failed';
    expect(gateway.log.lines).toEqual([{ level: 'debug', fields: { code }, message }]);
    expect(await asked(gateway.port)).toEqual({});
  });

  test('200 times, in the middle of the handshake, takes no place from others', async () => {
    const limits = { ...listenerOptions.limits, connections: 210, perIp: 210 };
    await using gateway = await open({}, { listener: { limits } });
    const hello = await clientHello();
    for (let round = 0; round < 2; round += 1) {
      const aborted = Array.from({ length: 200 }, async () => {
        await using one = await rawClient(gateway.port);
        one.send(hello);
        // What the gateway says to it has come.
        await once(one.socket, 'data');
        one.reset();
      });
      await Promise.all(aborted);
    }
    const clients = await Promise.all(Array.from({ length: 200 }, () => client(gateway.port)));
    for (const one of clients) {
      one.send(question);
      expect(await one.answer()).toMatchObject({ status: 200 });
    }
    await Promise.all(clients.map((one) => one[Symbol.asyncDispose]()));
    expect(gateway.log.lines.filter(({ level }) => level !== 'debug')).toEqual([]);
  });
});

describe('connections that are too many', () => {
  test.each([
    ['of all', { connections: 1 }],
    ['of one address', { perIp: 1 }],
  ])('%s are reset before the handshake', async (_which, bounds) => {
    const busy = Promise.withResolvers<void>();
    const handler: Handler = async (_request, response) => {
      await busy.promise;
      response.end('late');
    };
    const limits = { ...listenerOptions.limits, ...bounds };
    const routes = [{ path: '/late', handler }];
    await using gateway = await open({}, { listener: { limits }, routes });
    await using first = await client(gateway.port);
    first.send('GET /late HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await expect(client(gateway.port)).rejects.toMatchObject({ code: 'ECONNRESET' });
    const message = 'Connections are refused: too many are open';
    expect(gateway.log.lines).toContainEqual({ level: 'warn', fields: { refused: 1 }, message });
    busy.resolve();
    expect(await first.rest()).toContain('late');
    await using third = await client(gateway.port);
    third.send(question);
    expect(await third.answer()).toMatchObject({ status: 200 });
  });

  test('give way while they wait for their next request, or shake hands', async () => {
    const limits = { ...listenerOptions.limits, connections: 2 };
    await using gateway = await open({}, { listener: { limits } });
    await using silent = await rawClient(gateway.port);
    await using idle = await asking(gateway.port);
    await using other = await asking(gateway.port);
    expect(await silent.rest()).toBe('');
    await using _last = await asking(gateway.port);
    expect(await idle.rest()).toBe('');
    other.send(question);
    expect(await other.answer()).toMatchObject({ status: 200 });
  });
});

test('an end does not wait for a handshake', async () => {
  const gateway = await open();
  await using silent = await rawClient(gateway.port);
  await using half = await rawClient(gateway.port);
  half.send((await clientHello()).subarray(0, 20));
  // Connections are accepted in their order: by now both are known.
  await using other = await asking(gateway.port);
  await gateway[Symbol.asyncDispose]();
  for (const one of [silent, half, other]) expect(await one.rest()).toBe('');
});

describe('versions', () => {
  test('before TLS 1.2 are refused, and before 1.3 where that is the least', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
    const alert = { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' };
    await using usual = await open();
    await expect(client(usual.port, old)).rejects.toMatchObject(alert);
    expect(await asked(usual.port, { maxVersion: 'TLSv1.2' })).toEqual({});
    await using strict = await open({ minVersion: 'TLSv1.3' });
    await expect(client(strict.port, { maxVersion: 'TLSv1.2' })).rejects.toMatchObject(alert);
    expect(await asked(strict.port)).toEqual({});
  });

  test('a client of TLS 1.2 cannot negotiate anew', async () => {
    await using gateway = await open();
    await using one = await client(gateway.port, { maxVersion: 'TLSv1.2' });
    const socket = one.socket as TLSSocket; // what `client` connects
    const failed = once(socket, 'error');
    socket.renegotiate({}, () => {});
    expect((await failed)[0]).toMatchObject({ code: 'ERR_SSL_NO_RENEGOTIATION' });
  });
});

describe('names', () => {
  test('have certificates of their own; others get that of the address', async () => {
    const shop = await authority.issue({ subject: '/CN=shop', names: 'DNS:api.shop.test' });
    const below = await authority.issue({ subject: '/CN=below', names: 'DNS:*.shop.test' });
    const certificates = [
      { hosts: ['*.shop.test'], ...below },
      { hosts: ['api.shop.test', 'shop.test'], ...shop },
    ];
    await using gateway = await open({ certificates });
    const shown = async (servername: string) => {
      const checkServerIdentity = () => undefined;
      await using one = await client(gateway.port, { servername, checkServerIdentity });
      return (one.socket as TLSSocket).getPeerX509Certificate()?.subject;
    };
    expect(await shown('api.shop.test')).toBe('CN=shop');
    expect(await shown('SHOP.test')).toBe('CN=shop');
    expect(await shown('other.shop.test')).toBe('CN=below');
    expect(await shown('a.b.shop.test')).toBe('CN=test');
    expect(await shown('elsewhere.test')).toBe('CN=test');
  });
});

describe('certificates of clients', () => {
  const trusting = () => ({ clientCa: authority.cert });

  test('are not asked for unless there is an authority', async () => {
    await using gateway = await open();
    expect(await asked(gateway.port, await authority.issue())).toEqual({});
    await using silent = await open({ ...trusting(), clientAuth: 'none' });
    expect(await asked(silent.port, await authority.issue())).toEqual({});
  });

  test('may be left out when they are requested; what is wrong with one is told', async () => {
    await using stranger = await Authority.open();
    await using gateway = await open(trusting());
    expect(await asked(gateway.port)).toEqual({});
    expect(await asked(gateway.port, await authority.issue())).toEqual({ subject: 'CN=test' });
    const cases = [
      ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', await stranger.issue()],
      ['CERT_HAS_EXPIRED', await authority.issue({ lastYear: 2021 })],
      ['INVALID_PURPOSE', await authority.issue({ usage: 'serverAuth' })],
    ] as const;
    for (const [problem, certificate] of cases) {
      const { cert } = certificate;
      const told = { subject: 'CN=test', problem };
      expect(await asked(gateway.port, { ...certificate, cert })).toEqual(told);
    }
  });

  test('without a good one nobody connects where they are required', async () => {
    await using stranger = await Authority.open();
    await using gateway = await open({ ...trusting(), clientAuth: 'require' });
    const bad = [{}, await stranger.issue(), await authority.issue({ lastYear: 2021 })];
    for (const certificate of bad) await expect(asked(gateway.port, certificate)).rejects.toThrow();
    expect(await asked(gateway.port, await authority.issue())).toEqual({ subject: 'CN=test' });
    expect(gateway.log.lines.filter(({ level }) => level !== 'debug')).toEqual([]);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'are known again in a session that is resumed, and no better than before, %s',
    async (maxVersion) => {
      await using stranger = await Authority.open();
      await using gateway = await open(trusting());
      const cases = [
        [await authority.issue(), undefined],
        [await stranger.issue(), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      ] as const;
      for (const [certificate, problem] of cases) {
        const options = { ...certificate, maxVersion, ca: authority.cert, host: '127.0.0.1' };
        const session = await sessionOf(gateway.port, options);
        await using again = await client(gateway.port, { ...options, session });
        expect((again.socket as TLSSocket).isSessionReused()).toBe(true);
        again.send('GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
        expect(await again.rest()).toContain(JSON.stringify({ subject: 'CN=test', problem }));
      }
    },
  );

  test('are not trusted any longer by a session that is older than the authority', async () => {
    await using next = await Authority.open();
    await using folder = await folderWith({ 'ca.pem': authority.cert });
    await using gateway = await open({ clientCa: folder.file('ca.pem'), clientAuth: 'require' });
    const options = { ...(await authority.issue()), ca: authority.cert, host: '127.0.0.1' };
    expect(await asked(gateway.port, options)).toEqual({ subject: 'CN=test' });
    const session = await sessionOf(gateway.port, options);
    await writeFile(folder.file('ca.pem'), next.cert);
    await gateway.listener.renewCertificates();
    await expect(asked(gateway.port, { ...options, session })).rejects.toThrow();
    expect(await asked(gateway.port, await next.issue())).toEqual({ subject: 'CN=test' });
  });
});
