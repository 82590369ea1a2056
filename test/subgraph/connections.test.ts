import { createServer } from 'node:https';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { type Certificate, selfSigned, trusted } from '../harness/certificates.ts';
import { listen } from '../harness/listen.ts';
import { listenTcp, onRequest } from '../harness/listen-tcp.ts';
import { unaccepting } from '../harness/unaccepting.ts';
import { healthy, lost, seen, twice, withProfilesAt } from './broken.ts';

const untrusted = lost(
  'could not be reached over a trusted TLS connection',
  'SUBREQUEST_HTTP_ERROR',
);

describe('a subgraph that cannot be connected to', () => {
  test('refuses the connection', async () => {
    const server = await listen(() => {});
    await server[Symbol.asyncDispose]();
    await using federation = await withProfilesAt(server.url);
    expect(seen(await federation.send(twice))).toEqual({
      status: 200,
      body: lost('refused the connection', 'SUBREQUEST_HTTP_ERROR'),
    });
  });

  test('has a name that leads nowhere', async () => {
    await using federation = await withProfilesAt('http://nothing.invalid/graphql');
    expect(seen(await federation.send(twice))).toEqual({
      status: 200,
      body: lost('has an address that could not be resolved', 'SUBREQUEST_HTTP_ERROR'),
    });
  });

  test('does not accept in time', async () => {
    await using server = await unaccepting();
    await using federation = await withProfilesAt(server.url, {
      subgraphs: { profiles: { timeout: { connect: '100ms' } } },
    });
    expect(seen(await federation.send(twice))).toEqual({
      status: 200,
      body: lost('did not accept a connection in time', 'GATEWAY_TIMEOUT'),
    });
  });
});

describe('a subgraph behind TLS is not asked', () => {
  test('when its certificate is signed by nobody known', async () => {
    await expectUntrusted(await selfSigned());
  });

  test('when its certificate is for another host', async () => {
    const certificate = await selfSigned('DNS:elsewhere.test');
    using _trusted = trusted(certificate);
    await expectUntrusted(certificate);
  });

  test('when its certificate has expired', async () => {
    const certificate = await selfSigned('IP:127.0.0.1', 2020);
    using _trusted = trusted(certificate);
    await expectUntrusted(certificate);
  });

  async function expectUntrusted(certificate: Certificate): Promise<void> {
    let requests = 0;
    const secured = createServer(certificate, () => {
      requests += 1;
    });
    await using server = await listenTcp(() => {}, secured);
    await using federation = await withProfilesAt(`https://127.0.0.1:${server.port}/`);
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: untrusted });
    expect(requests).toBe(0);
  }

  test('when it speaks TLS 1.1 at most', async () => {
    const versions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
    const certificate = await selfSigned();
    using _trusted = trusted(certificate);
    const old = createTlsServer({
      ...certificate,
      ...versions,
      ciphers: 'ALL@SECLEVEL=0',
    });
    await using server = await listenTcp(() => {}, old);
    await using federation = await withProfilesAt(`https://127.0.0.1:${server.port}/`);
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: untrusted });
  });

  test('when it speaks plain HTTP there', async () => {
    let requests = 0;
    await using server = await listen((_request, response) => {
      requests += 1;
      response.end('{"data":{"motto":"plain"}}');
    });
    await using federation = await withProfilesAt(server.url.replace('http:', 'https:'));
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: untrusted });
    expect(requests).toBe(0);
  });
});

test('a subgraph behind TLS with a trusted certificate is asked', async () => {
  const certificate = await selfSigned();
  using _trusted = trusted(certificate);
  const secured = createServer(
    certificate,
    (_request, response) => void response.end(healthy.root),
  );
  await using server = await listenTcp(() => {}, secured);
  await using federation = await withProfilesAt(`https://127.0.0.1:${server.port}/`);
  expect((await federation.send('{ motto }')).body).toEqual({ data: { motto: 'onwards' } });
});

test('a subgraph that speaks TLS where plain HTTP is expected did not answer in HTTP', async () => {
  await using server = await listenTcp((socket) => {
    // A TLS alert, as servers send it to those that do not greet them.
    onRequest(socket, () => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46])));
  });
  await using federation = await withProfilesAt(`http://127.0.0.1:${server.port}/`);
  expect(seen(await federation.send(twice))).toEqual({
    status: 200,
    body: lost('did not answer in HTTP', 'SUBREQUEST_HTTP_ERROR'),
  });
});

describe('a connection that breaks', () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
  const cut = lost('closed the connection before it had answered', 'SUBREQUEST_HTTP_ERROR');
  const foreign = lost('did not answer in HTTP', 'SUBREQUEST_HTTP_ERROR');
  const cases: Readonly<Record<string, readonly [(send: Sending) => void, object]>> = {
    'is reset before any byte': [({ reset }) => reset(), cut],
    'is closed before any byte': [({ end }) => end(''), cut],
    'is closed within the head': [({ end }) => end('HTTP/1.1 200 OK\r\ncontent-'), cut],
    'is reset within the body': [
      ({ write, reset }) => write(`${head}content-length: 90\r\n\r\n{"data":`, reset),
      cut,
    ],
    'is closed within a body of a known length': [
      ({ end }) => end(`${head}content-length: 90\r\n\r\n{"data":{"motto":"a"}}`),
      cut,
    ],
    'is closed within a chunked body': [
      ({ end }) => end(`${head}transfer-encoding: chunked\r\n\r\n5\r\n{"dat\r\n`),
      cut,
    ],
    'carries no HTTP': [({ end }) => end('SSH-2.0-OpenSSH_9.2 secret\r\n'), foreign],
    'carries a broken chunk': [
      ({ end }) => end(`${head}transfer-encoding: chunked\r\n\r\nsecret\r\n`),
      foreign,
    ],
    'carries two lengths': [
      ({ end }) => end(`${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{} `),
      foreign,
    ],
    'carries headers without end': [
      ({ end }) => end(`${head}x-long: ${'a'.repeat(100_000)}\r\n\r\n{}`),
      lost('answered with more bytes than are accepted', 'SUBREQUEST_MALFORMED_RESPONSE'),
    ],
    'switches to another protocol': [
      ({ end }) => end('HTTP/1.1 101 Switching\r\nupgrade: a\r\nconnection: upgrade\r\n\r\n'),
      cut,
    ],
  };

  interface Sending {
    readonly write: (text: string, then: () => void) => void;
    readonly end: (text: string) => void;
    readonly reset: () => void;
  }

  test.each(Object.entries(cases))('%s', async (_title, [answer, body]) => {
    await using server = await listenTcp((socket) => {
      const sending = {
        write: (text: string, then: () => void) => void socket.write(text, then),
        end: (text: string) => void socket.end(text),
        reset: () => void socket.resetAndDestroy(),
      };
      onRequest(socket, () => answer(sending));
    });
    await using federation = await withProfilesAt(`http://127.0.0.1:${server.port}/`);
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body });
  });

  test('carries more than one answer: the second is nobody\u2019s', async () => {
    const answer = (body: string) => `${head}content-length: ${body.length}\r\n\r\n${body}`;
    await using server = await listenTcp((socket) => {
      onRequest(socket, () => {
        const own = answer('{"data":{"motto":"mine"}}');
        socket.write(own + answer('{"data":{"motto":"another\u2019s"}}'));
      });
    });
    await using federation = await withProfilesAt(`http://127.0.0.1:${server.port}/`);
    for (let round = 0; round < 3; round += 1) {
      expect((await federation.send('{ motto }')).body).toEqual({ data: { motto: 'mine' } });
    }
  });
});
