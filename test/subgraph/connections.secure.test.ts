import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer, type ServerOptions } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/index.ts';
import { type Certificate, selfSigned } from '../harness/certificates.ts';
import { sdl } from '../harness/copies.ts';
import { federate } from '../harness/federation.ts';
import { temporaryFolder } from '../supergraph/folder.ts';

interface Listening {
  listen(...parts: unknown[]): unknown;
  address(): unknown;
  close(): unknown;
  closeAllConnections?(): void;
  once(event: string, heard: () => void): unknown;
}

async function listening<Server extends Listening>(server: Server, path?: string) {
  const ready = new Promise<void>((resolve) => server.once('listening', resolve));
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  await ready;
  const address = server.address();
  const port =
    typeof address === 'object' && address !== null && 'port' in address ? address.port : 0;
  return {
    server,
    url: `https://127.0.0.1:${port}/graphql`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.once('close', resolve));
      server.close();
      server.closeAllConnections?.();
      await closed;
    },
  };
}

function secure(options: ServerOptions, who: (socket: TLSSocket) => string = () => 'secure') {
  return listening(
    createServer(options, (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: { who: who(request.socket as TLSSocket) } }));
    }),
  );
}

async function folderWith(files: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await folder.write(name, text);
  return folder;
}

async function ask(url: string, who: object): Promise<string> {
  await using federation = await federate({
    subgraphs: { who: { sdl, url } },
    config: { graphql: { subgraphs: { who: { retry: { max: 0 }, ...who } } } },
  });
  return JSON.stringify((await federation.send('{ who }')).body);
}

const refused = 'could not be reached over a trusted TLS connection';

describe('over TLS, a subgraph', () => {
  test('is called by an authority of its own, and by no other', async () => {
    const [one, other] = await Promise.all([selfSigned(), selfSigned()]);
    await using server = await secure(one);
    await using folder = await folderWith({ 'one.pem': one.cert, 'other.pem': other.cert });
    const by = (name: string) => ask(server.url, { tls: { ca: join(folder.path, name) } });
    expect(await by('one.pem')).toBe('{"data":{"who":"secure"}}');
    expect(await by('other.pem')).toContain(refused);
    expect(await ask(server.url, {})).toContain(refused);
  });

  test('is not called when its certificate is of another name, unless that is expected', async () => {
    const certificate = await selfSigned('DNS:orders.test');
    await using server = await secure(certificate);
    await using folder = await folderWith({ 'ca.pem': certificate.cert });
    const ca = join(folder.path, 'ca.pem');
    expect(await ask(server.url, { tls: { ca } })).toContain(refused);
    const named = { tls: { ca, serverName: 'orders.test' } };
    expect(await ask(server.url, named)).toBe('{"data":{"who":"secure"}}');
  });

  test('is shown the certificate that it asks for', async () => {
    const [own, client] = await Promise.all([selfSigned(), selfSigned('DNS:gateway.test')]);
    const options = { ...own, ca: client.cert, requestCert: true, rejectUnauthorized: true };
    await using server = await secure(
      options,
      (socket) => socket.getPeerCertificate().subjectaltname ?? '',
    );
    await using folder = await folderWith({
      'ca.pem': own.cert,
      'cert.pem': client.cert,
      'key.pem': client.key,
    });
    const [ca, cert, key] = ['ca', 'cert', 'key'].map((name) => join(folder.path, `${name}.pem`));
    expect(await ask(server.url, { tls: { ca, cert, key } })).toBe(
      '{"data":{"who":"DNS:gateway.test"}}',
    );
    expect(await ask(server.url, { tls: { ca } })).toContain('SUBREQUEST_HTTP_ERROR');
  });

  test('is trusted by a file that changed, without a restart', async () => {
    const [before, after] = await Promise.all([selfSigned(), selfSigned()]);
    await using server = await secure(before);
    await using folder = await folderWith({ 'ca.pem': before.cert });
    const ca = join(folder.path, 'ca.pem');
    await using federation = await federate({
      subgraphs: { who: { sdl, url: server.url } },
      config: { graphql: { subgraphs: { who: { retry: { max: 0 }, tls: { ca } } } } },
    });
    const fine = { data: { who: 'secure' } };
    expect((await federation.send('query A { who }')).body).toEqual(fine);
    server.server.setSecureContext(after);
    server.server.closeAllConnections();
    expect(JSON.stringify((await federation.send('query B { who }')).body)).toContain(refused);
    await writeFile(`${ca}.tmp`, after.cert);
    await rename(`${ca}.tmp`, ca);
    await federation.logged('Certificates for a subgraph were read again');
    expect((await federation.send('query C { who }')).body).toEqual(fine);
    await folder.write('ca.pem', 'no certificate');
    await federation.logged('Certificates for a subgraph are refused');
    expect((await federation.send('query D { who }')).body).toEqual(fine);
  });

  test.each([
    ['that is not there', undefined, 'ENOENT'],
    ['that is no certificate', 'nonsense', 'TLS_UNUSABLE'],
  ])('keeps the gateway from starting by a file %s', async (_what, text, reason) => {
    await using folder = await folderWith(text === undefined ? {} : { 'ca.pem': text });
    const started = ask('https://127.0.0.1:1/', { tls: { ca: join(folder.path, 'ca.pem') } });
    await expect(started).rejects.toThrow(reason);
  });
});

test.each([
  ['unless it is switched on', {}, '1.1'],
  ['where it is switched on', { connections: { http2: true } }, '2.0'],
])('HTTP/2 is spoken %s', async (_when, options, version) => {
  const certificate: Certificate = await selfSigned();
  await using folder = await folderWith({ 'ca.pem': certificate.cert });
  const server = createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { who: request.httpVersion } }));
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('secureConnection', (socket) => sessions.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const tls = { ca: join(folder.path, 'ca.pem') };
  try {
    const body = await ask(`https://127.0.0.1:${port}/`, { ...options, tls });
    expect(body).toBe(`{"data":{"who":"${version}"}}`);
  } finally {
    server.close();
    for (const session of sessions) session.destroy();
  }
});

test('a subgraph is called through a Unix socket', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'who.sock');
  const http = createHttp((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { who: request.url } }));
  });
  await using _server = await listening(http, path);
  const body = await ask('http://unused/', { url: `unix:${path}:/graphql` });
  expect(body).toBe('{"data":{"who":"/graphql"}}');
  expect(await ask('http://unused/', { url: `unix:${path}2:/graphql` })).toContain(
    'refused the connection',
  );
});

test('paths of certificates start at the folder of the configuration', async () => {
  await using folder = await temporaryFolder();
  const text =
    'graphql: { subgraphs: { all: { tls: { ca: all.pem } }, who: { tls: { ca: tls/ca.pem } } } }';
  const file = await folder.write('gatehouse.yaml', text);
  const { subgraphs } = (await loadConfig({ file, env: {} })).config.graphql;
  expect(subgraphs.all.tls?.ca).toBe(join(folder.path, 'all.pem'));
  expect(subgraphs['who']?.tls?.ca).toBe(join(folder.path, 'tls/ca.pem'));
});
