import { describe, expect, test } from '@jest/globals';
import { post, type RawAnswer, rawClient } from './raw-client.ts';
import { smallGateway } from './small-gateway.ts';

const question = '{"query":"{ hello }"}';
const answer = '{"data":{"hello":"Hello, world!"}}';

function failure(code: string, message: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

/** Sends `request`, gives the one answer to it, and makes sure that the connection has ended. */
async function refused(port: number, request: string): Promise<RawAnswer> {
  await using client = await rawClient(port);
  client.send(request);
  const answered = await client.answer();
  expect(await client.rest()).toBe('');
  return answered;
}

function withHead(...lines: string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

describe('what could be read in two ways is refused, and the connection ends', () => {
  const get = 'GET /graphql?query={hello} HTTP/1.1';
  const smuggled = 'GET /graphql?query={__typename} HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const invalid = 'The request is not valid HTTP';
  const host = 'The Host header is not valid';
  const target = 'The request target is not valid';
  const framing = 'The only Transfer-Encoding is chunked, in HTTP/1.1';
  const hop = 'The Connection header names a header that is not hop-by-hop';
  const posted = ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];

  test.each([
    ['two Host headers', withHead(get, 'Host: a', 'Host: b'), 'More than one Host header was sent'],
    ['no Host header', withHead(get), 'HTTP/1.1 requires a Host header'],
    ['a Host with user and path', withHead(get, 'Host: a/b@c'), host],
    ['a Host with a list', withHead(get, 'Host: a, b'), host],
    ['a Host with a port that is none', withHead(get, 'Host: a:80x'), host],
    [
      'a target for another host',
      withHead('GET http://inside/graphql HTTP/1.1', 'Host: outside'),
      'The request target and the Host header name different hosts',
    ],
    ['a fragment in the target', withHead('GET /graphql#x HTTP/1.1', 'Host: a'), target],
    ['a backslash in the path', withHead('GET /a\\..\\graphql HTTP/1.1', 'Host: a'), target],
    [
      'a version that is not spoken',
      withHead('GET / HTTP/2.0', 'Host: a'),
      'Only HTTP/1.0 and HTTP/1.1 are spoken here',
    ],
    [
      'a transfer coding before chunked',
      withHead(...posted, 'Transfer-Encoding: gzip, chunked'),
      framing,
    ],
    [
      'chunked twice',
      withHead(...posted, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
      invalid,
    ],
    [
      'a transfer coding in HTTP/1.0',
      withHead('POST /graphql HTTP/1.0', 'Transfer-Encoding: chunked'),
      framing,
    ],
    [
      'a hop-by-hop length',
      withHead(...posted, 'Content-Length: 0', 'Connection: Content-Length'),
      hop,
    ],
    [
      'a length and a transfer coding',
      withHead(...posted, 'Content-Length: 4', 'Transfer-Encoding: chunked'),
      invalid,
    ],
    ['two lengths', withHead(...posted, 'Content-Length: 4', 'Content-Length: 5'), invalid],
    ['a signed length', withHead(...posted, 'Content-Length: +4'), invalid],
    ['an unknown transfer coding', withHead(...posted, 'Transfer-Encoding: xchunked'), framing],
    [
      'a coding after chunked',
      withHead(...posted, 'Transfer-Encoding: chunked, identity'),
      invalid,
    ],
    ['a space before a colon', withHead(get, 'Host : a'), invalid],
    ['a folded header', withHead(get, 'Host: a', 'X: b', ' c'), invalid],
    ['a NUL in a header', withHead(get, 'Host: a', 'X: \0'), invalid],
    ['a bare line feed', `${get}\nHost: a\n\n`, invalid],
    ['something that is no HTTP', '\x16\x03\x01\x02\x00\x01\x00', invalid],
  ])('%s', async (_name, request, message) => {
    await using gateway = await smallGateway();
    const { status, headers, body } = await refused(gateway.port, request + smuggled);
    expect({ status, body }).toEqual({ status: 400, body: failure('BAD_REQUEST', message) });
    expect(headers).toMatchObject({
      connection: 'close',
      'content-type': 'application/json; charset=utf-8',
      'content-length': `${body.length}`,
    });
  });
});

describe('what is too large is refused', () => {
  test('more headers than allowed', async () => {
    await using gateway = await smallGateway();
    const lines = Array.from({ length: 20 }, (_, index) => `X-${index}: 1`);
    const { status, body } = await refused(
      gateway.port,
      withHead('GET /graphql HTTP/1.1', 'Host: a', ...lines),
    );
    const message = 'More than 20 headers were sent';
    expect({ status, body }).toEqual({ status: 431, body: failure('HEADERS_TOO_LARGE', message) });
  });

  test('as many headers as allowed pass', async () => {
    await using gateway = await smallGateway();
    await using client = await rawClient(gateway.port);
    const lines = Array.from({ length: 17 }, (_, index) => `X-${index}: 1`);
    client.send(post(question, lines));
    expect(await client.answer()).toMatchObject({ status: 200, body: answer });
  });

  test('3,000 headers', async () => {
    await using gateway = await smallGateway({
      listener: { limits: { headers: 100, headerBytes: 65_536, uri: 65_536, connections: 100 } },
    });
    const lines = Array.from({ length: 3_000 }, () => 'A: 1');
    const { status, body } = await refused(
      gateway.port,
      withHead('GET /graphql HTTP/1.1', 'Host: a', ...lines),
    );
    const message = 'The headers are too large or too many';
    expect({ status, body }).toEqual({ status: 431, body: failure('HEADERS_TOO_LARGE', message) });
  });

  test('headers larger than allowed, although the server could take them', async () => {
    await using gateway = await smallGateway();
    const { status, body } = await refused(
      gateway.port,
      withHead('GET /graphql HTTP/1.1', 'Host: a', `X: ${'x'.repeat(4_096)}`),
    );
    const message = 'The headers are larger than 4096 bytes';
    expect({ status, body }).toEqual({ status: 431, body: failure('HEADERS_TOO_LARGE', message) });
  });

  test('a header block of 100 kB', async () => {
    await using gateway = await smallGateway();
    const { status, body } = await refused(
      gateway.port,
      withHead('GET /graphql HTTP/1.1', 'Host: a', `X: ${'x'.repeat(100_000)}`),
    );
    const message = 'The headers are too large or too many';
    expect({ status, body }).toEqual({ status: 431, body: failure('HEADERS_TOO_LARGE', message) });
  });

  test('a URI longer than allowed', async () => {
    await using gateway = await smallGateway();
    const { status, body } = await refused(
      gateway.port,
      withHead(`GET /graphql?query=${'x'.repeat(2_048)} HTTP/1.1`, 'Host: a'),
    );
    const message = 'The URI is longer than 2048 bytes';
    expect({ status, body }).toEqual({ status: 414, body: failure('URI_TOO_LONG', message) });
  });

  test('a hostile target costs no time', async () => {
    await using gateway = await smallGateway({
      listener: { limits: { headers: 100, headerBytes: 65_536, uri: 65_536, connections: 100 } },
    });
    const { status } = await refused(
      gateway.port,
      withHead(`GET /${'?'.repeat(65_000)}# HTTP/1.1`, 'Host: a'),
    );
    expect(status).toBe(400);
  });
});

describe('what is unusual and valid is served', () => {
  test.each([
    [
      'an absolute target for the same host',
      'GET http://LOCALHOST:80/graphql?query={hello} HTTP/1.1',
      'Host: localhost:80',
    ],
    ['an IPv6 host', 'GET /graphql?query={hello} HTTP/1.1', 'Host: [::1]:4000'],
    ['an empty host', 'GET /graphql?query={hello} HTTP/1.1', 'Host:'],
    ['HTTP/1.0 without a host', 'GET /graphql?query={hello} HTTP/1.0', 'X: 1'],
    ['a backslash in the query', 'GET /graphql?query={hello(name:"a\\u0062")} HTTP/1.1', 'Host: a'],
  ])('%s', async (_name, ...lines) => {
    await using gateway = await smallGateway();
    await using client = await rawClient(gateway.port);
    client.send(withHead(...lines));
    expect(await client.answer()).toMatchObject({ status: 200 });
  });
});
