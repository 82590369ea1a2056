import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { GraphQLRequest } from '../../src/context.ts';
import { post, rawClient } from './raw-client.ts';
import { run, smallGateway } from './small-gateway.ts';

const question = '{"query":"{ hello }"}';
const answer = '{"data":{"hello":"Hello, world!"}}';
const json = { 'content-type': 'application/json' };

function failure(code: string, message: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

/** A gateway that remembers which operations reached it. */
async function watchedGateway(options = {}) {
  const seen: GraphQLRequest[] = [];
  const gateway = await smallGateway({
    options,
    graphql: {
      run: (request) => {
        seen.push(request);
        return run(request);
      },
    },
  });
  return Object.assign(gateway, { seen });
}

describe('the media type of a reply', () => {
  const asJson = 'application/json; charset=utf-8';
  const asGraphql = 'application/graphql-response+json; charset=utf-8';

  test.each([
    ['*/*', asJson, 400],
    ['application/*', asJson, 400],
    ['application/json', asJson, 200],
    ['APPLICATION/JSON;charset=UTF-8', asJson, 200],
    ['application/json, text/plain, */*', asJson, 200],
    ['application/graphql-response+json', asGraphql, 400],
    ['application/graphql-response+json, application/json;q=0.9', asGraphql, 400],
    ['application/graphql-response+json;q=0.5, application/json', asJson, 200],
    ['application/json;q=0, */*', asGraphql, 400],
    ['application/json;q=0.1, */*;q=0.9', asGraphql, 400],
    ['text/event-stream, application/json;q=0.5', asJson, 200],
    ['multipart/mixed;deferSpec=20220824, application/json', asJson, 200],
    [' ', asJson, 400],
  ])('for Accept: %s is %s, and a syntax error is %i', async (accept, type, status) => {
    await using gateway = await smallGateway();
    const headers = { ...json, accept };
    const response = await fetch(gateway.url, { method: 'POST', headers, body: '{"query":"{"}' });
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.status).toBe(status);
  });

  test.each(['text/html', 'application/xml', 'image/*', '*/*;q=0', 'nonsense', ',,,'])(
    'cannot be chosen for Accept: %s',
    async (accept) => {
      await using gateway = await watchedGateway();
      const headers = { ...json, accept };
      const response = await fetch(gateway.url, { method: 'POST', headers, body: question });
      expect(response.status).toBe(406);
      expect(response.headers.get('content-type')).toBe(asJson);
      const message =
        'A reply is application/graphql-response+json or application/json; Accept allows neither';
      expect(await response.text()).toBe(failure('INVALID_ACCEPT_HEADER', message));
      expect(gateway.seen).toEqual([]);
    },
  );
});

describe('methods', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'PURGE', 'QUERY', 'TRACE'])('%s is 405', async (method) => {
    await using gateway = await watchedGateway();
    await using client = await rawClient(gateway.port);
    client.send(`${method} /graphql?query={hello} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const { status, headers, body } = await client.answer();
    const message = 'GraphQL is served by GET and POST';
    expect({ status, body }).toEqual({ status: 405, body: failure('METHOD_NOT_ALLOWED', message) });
    expect(headers['allow']).toBe('GET, POST');
    expect(gateway.seen).toEqual([]);
  });

  test('HEAD is 405 without a body, and the connection goes on', async () => {
    await using gateway = await smallGateway();
    await using client = await rawClient(gateway.port);
    client.send('HEAD /graphql?query={hello} HTTP/1.1\r\nHost: a\r\n\r\n');
    const { status, headers, body } = await client.answer({ head: true });
    expect({ status, allow: headers['allow'], body }).toEqual({
      status: 405,
      allow: 'GET, POST',
      body: '',
    });
    client.send(post(question));
    expect(await client.answer()).toMatchObject({ status: 200, body: answer });
  });

  test('OPTIONS says what is allowed, and nothing to other origins', async () => {
    await using gateway = await smallGateway();
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const response = await fetch(gateway.url, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('GET, POST');
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-'))).toEqual([]);
    expect(await response.text()).toBe('');
  });

  test('GET refuses a mutation', async () => {
    await using gateway = await smallGateway();
    const response = await fetch(`${gateway.url}?query=mutation{count}`);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });
});

describe('the type of a POST body', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json, text/plain',
    'text/plain; application/json',
    'application/jsonp',
    'application/graphql',
    'application/json/x',
    '',
  ])('"%s" is 415, and nothing runs', async (type) => {
    await using gateway = await watchedGateway();
    await using client = await rawClient(gateway.port);
    client.send(post(question).replace('application/json', type));
    const { status, body } = await client.answer();
    const message = 'A POST request needs the Content-Type application/json';
    const expected = failure('UNSUPPORTED_MEDIA_TYPE', message);
    expect({ status, body }).toEqual({ status: 415, body: expected });
    expect(gateway.seen).toEqual([]);
  });

  test('none is 415', async () => {
    await using gateway = await smallGateway();
    await using client = await rawClient(gateway.port);
    client.send(post(question).replace('Content-Type: application/json\r\n', ''));
    expect(await client.answer()).toMatchObject({ status: 415 });
  });

  test.each(['utf-16', 'iso-8859-1', 'utf-7'])('charset %s is 415', async (charset) => {
    await using gateway = await smallGateway();
    const headers = { 'content-type': `application/json; charset=${charset}` };
    const response = await fetch(gateway.url, { method: 'POST', headers, body: question });
    expect(response.status).toBe(415);
    const message = 'The only charset for JSON is UTF-8';
    expect(await response.text()).toBe(failure('UNSUPPORTED_MEDIA_TYPE', message));
  });

  test.each([
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json; boundary=x',
  ])('%s is read', async (type) => {
    await using gateway = await smallGateway();
    const headers = { 'content-type': type };
    const response = await fetch(gateway.url, { method: 'POST', headers, body: question });
    expect(await response.text()).toBe(answer);
  });
});

describe('a compressed body', () => {
  const tooLarge = 'The request body is larger than 10000 bytes';

  test.each([
    ['gzip', gzipSync(question)],
    ['x-gzip', gzipSync(question)],
    ['GZIP', gzipSync(question)],
    ['deflate', deflateSync(question)],
    ['br', brotliCompressSync(question)],
    ['identity', Buffer.from(question)],
  ])('in %s is read', async (encoding, body) => {
    await using gateway = await smallGateway();
    const headers = { ...json, 'content-encoding': encoding };
    const response = await fetch(gateway.url, { method: 'POST', headers, body });
    expect(await response.text()).toBe(answer);
  });

  test.each([
    ['gzip', gzipSync(Buffer.alloc(5_000_000, ' '))],
    ['deflate', deflateSync(Buffer.alloc(5_000_000, ' '))],
    ['br', brotliCompressSync(Buffer.alloc(50_000_000, ' '))],
  ])('in %s that grows beyond the limit is 413', async (encoding, body) => {
    await using gateway = await smallGateway();
    expect(body.length).toBeLessThan(10_000);
    const headers = { ...json, 'content-encoding': encoding };
    const response = await fetch(gateway.url, { method: 'POST', headers, body });
    expect(response.status).toBe(413);
    expect(await response.text()).toBe(failure('PAYLOAD_TOO_LARGE', tooLarge));
  });

  test.each(['zstd', 'compress', 'gzip, gzip', 'gzip, identity', 'constructor'])(
    'in %s is 415',
    async (encoding) => {
      await using gateway = await smallGateway();
      const headers = { ...json, 'content-encoding': encoding };
      const body = gzipSync(gzipSync(question));
      const response = await fetch(gateway.url, { method: 'POST', headers, body });
      expect(response.status).toBe(415);
      expect(response.headers.get('accept-encoding')).toBe('gzip, deflate, br');
      const message = 'The Content-Encoding of a request is one of gzip, deflate, br and identity';
      expect(await response.text()).toBe(failure('UNSUPPORTED_MEDIA_TYPE', message));
    },
  );

  test.each([
    ['that is none', Buffer.from(question)],
    ['cut short', gzipSync(question).subarray(0, -4)],
    ['empty', Buffer.alloc(0)],
  ])('%s is 400', async (_name, body) => {
    await using gateway = await smallGateway();
    const headers = { ...json, 'content-encoding': 'gzip' };
    const response = await fetch(gateway.url, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    const message = 'The request body is not what its Content-Encoding says';
    expect(await response.text()).toBe(failure('BAD_REQUEST', message));
  });
});

describe('a large body', () => {
  const tooLarge = failure('PAYLOAD_TOO_LARGE', 'The request body is larger than 10000 bytes');

  test('of the largest size is read', async () => {
    await using gateway = await smallGateway();
    const body = question.padEnd(10_000, ' ');
    const response = await fetch(gateway.url, { method: 'POST', headers: json, body });
    expect(await response.text()).toBe(answer);
  });

  test('that says its size is 413 before any of it is sent', async () => {
    await using gateway = await smallGateway();
    await using client = await rawClient(gateway.port);
    client.send(post('').replace('Content-Length: 0', 'Content-Length: 45000000'));
    const { status, headers, body } = await client.answer();
    expect({ status, body }).toEqual({ status: 413, body: tooLarge });
    expect(headers['connection']).toBe('close');
    expect(await client.rest()).toBe('');
  });

  test('of 45 MB is 413 for a client that sends on', async () => {
    await using gateway = await smallGateway();
    const body = Buffer.alloc(45_000_000, ' ');
    const response = await fetch(gateway.url, { method: 'POST', headers: json, body });
    expect(response.status).toBe(413);
    expect(await response.text()).toBe(tooLarge);
  });

  test('without a size is read no further than the limit', async () => {
    await using gateway = await smallGateway();
    await using client = await rawClient(gateway.port);
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    client.send(post('').replace('Content-Length: 0', 'Transfer-Encoding: chunked'));
    for (let sent = 0; sent < 45_000_000; sent += 0x4000) client.send(chunk);
    expect(await client.answer()).toMatchObject({ status: 413, body: tooLarge });
    expect(await client.rest()).toBe('');
    expect(client.socket.bytesWritten - client.socket.writableLength).toBeLessThan(20_000_000);
  });

  test('that is not read at all does not keep the connection', async () => {
    await using gateway = await smallGateway();
    const headers = { 'content-type': 'text/plain' };
    const body = Buffer.alloc(45_000_000, ' ');
    const response = await fetch(gateway.url, { method: 'POST', headers, body });
    expect(response.status).toBe(415);
    expect(response.headers.get('connection')).toBe('close');
  });
});

describe('a body that is not what was agreed', () => {
  const notUtf8 = 'The request body is not valid UTF-8';
  const notJson = 'Invalid JSON in the request body';
  const notObject = 'The request body is not a JSON object';

  test.each([
    [
      'bytes of another charset',
      Buffer.from('{"query":"{ hello(name:\\"\xe9\\") }"}', 'latin1'),
      notUtf8,
    ],
    ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), notUtf8],
    ['an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), notUtf8],
    ['a cut character', Buffer.from([0x22, 0xf0, 0x9f, 0x8f]), notUtf8],
    ['noise', Buffer.concat([Buffer.from([0xff]), randomBytes(100)]), notUtf8],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), notUtf8],
    ['nothing', '', notJson],
    ['half an object', '{"query":"{ hello', notJson],
    ['two values', '{}{}', notJson],
    ['a trailing comma', '{"query":"{ hello }",}', notJson],
    ['a comment', '{"query":"{ hello }" /* */}', notJson],
    ['single quotes', "{'query':'{ hello }'}", notJson],
    ['NaN', '{"query":"{ hello }","variables":{"a":NaN}}', notJson],
    ['a control character', '{"query":"{\nhello }"}', notJson],
    ['100,000 brackets', '['.repeat(9_999), notJson],
    ['null', 'null', notObject],
    ['a string', '"{ hello }"', notObject],
    ['a number', '7', notObject],
    ['an empty object', '{}', 'The request has no `query`'],
    [
      'a prototype with a query',
      '{"__proto__":{"query":"{ hello }"}}',
      'The request has no `query`',
    ],
    ['no query but a null', '{"query":null}', '`query` is not a string'],
    ['a query that is a list', '{"query":["{ hello }"]}', '`query` is not a string'],
    [
      'variables that are a list',
      '{"query":"{ hello }","variables":[]}',
      '`variables` is not a JSON object',
    ],
    [
      'variables that are a text',
      '{"query":"{ hello }","variables":"{}"}',
      '`variables` is not a JSON object',
    ],
    [
      'extensions that are a number',
      '{"query":"{ hello }","extensions":1}',
      '`extensions` is not a JSON object',
    ],
    [
      'a name that is a number',
      '{"query":"{ hello }","operationName":1}',
      '`operationName` is not a string',
    ],
    [
      'an APQ extension that is none',
      '{"extensions":{"persistedQuery":"x"}}',
      'The request has no `query`',
    ],
  ])('%s is 400', async (_name, body, message) => {
    await using gateway = await watchedGateway();
    const response = await fetch(gateway.url, { method: 'POST', headers: json, body });
    expect(response.status).toBe(400);
    expect(await response.text()).toBe(failure('BAD_REQUEST', message));
    expect(gateway.seen).toEqual([]);
  });

  test('a byte order mark is dropped', async () => {
    await using gateway = await smallGateway();
    const body = `\ufeff${question}`;
    const response = await fetch(gateway.url, { method: 'POST', headers: json, body });
    expect(await response.text()).toBe(answer);
  });

  test('null stands for absent, and unknown members are ignored', async () => {
    await using gateway = await watchedGateway();
    const body =
      '{"query":"{ hello }","operationName":null,"variables":null,"extensions":null,"id":1}';
    const response = await fetch(gateway.url, { method: 'POST', headers: json, body });
    expect(await response.text()).toBe(answer);
    expect(gateway.seen).toMatchObject([
      { operationName: undefined, variables: undefined, extensions: undefined },
    ]);
  });

  test('a persisted operation needs no query', async () => {
    await using gateway = await watchedGateway();
    const body = '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}';
    await fetch(gateway.url, { method: 'POST', headers: json, body });
    expect(gateway.seen).toMatchObject([{ query: undefined }]);
  });
});

describe('text', () => {
  test.each([
    ['emoji', '🏃\u{1f468}\u200d\u{1f469}'],
    ['right-to-left override', '\u202eabc'],
    ['combining characters', 'e\u0301'],
    ['a lone surrogate, escaped', '\ud800'],
    ['keys of a prototype', { ['__proto__']: { polluted: true }, constructor: { prototype: 1 } }],
  ])('comes back as it went: %s', async (_name, value) => {
    await using gateway = await smallGateway();
    const variables = JSON.stringify({ value });
    const query = 'query ($value: Any) { echo(value: $value) }';
    const body = `{"query":"${query}","variables":${variables}}`;
    const response = await fetch(gateway.url, { method: 'POST', headers: json, body });
    expect(await response.text()).toBe(JSON.stringify({ data: { echo: value } }));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('GET', () => {
  test('reads all parameters from the URL', async () => {
    await using gateway = await watchedGateway();
    const url = new URL(gateway.url);
    url.searchParams.set('query', 'query A($n: String) { hello(name: $n) } query B { hello }');
    url.searchParams.set('operationName', 'A');
    url.searchParams.set('variables', '{"n":"ü & +"}');
    url.searchParams.set('extensions', '{"a":1}');
    url.searchParams.append('other', '1');
    url.searchParams.append('other', '2');
    const response = await fetch(url);
    expect(await response.text()).toBe('{"data":{"hello":"Hello, ü & +!"}}');
    expect(response.headers.get('vary')).toBe('Accept');
    expect(gateway.seen).toMatchObject([
      { id: 'request-1', method: 'GET', operationName: 'A', extensions: { a: 1 } },
    ]);
  });

  test('takes an empty parameter and null for an absent one', async () => {
    await using gateway = await smallGateway();
    const response = await fetch(
      `${gateway.url}?query={hello}&operationName=&variables=&extensions=null`,
    );
    expect(await response.text()).toBe(answer);
  });

  test.each([
    ['', 'The request has no `query`'],
    ['?query={hello}&query={hello}', '`query` is given more than once'],
    ['?query={hello}&variables={}&variables={}', '`variables` is given more than once'],
    ['?query={hello}&variables={', '`variables` is not valid JSON'],
    ['?query={hello}&variables=[]', '`variables` is not a JSON object'],
    ['?query={hello}&extensions="x"', '`extensions` is not a JSON object'],
    ['?query={hello(name:"%ed%a0%80")}', 'The URL is not validly encoded UTF-8'],
    ['?query={hello}%zz', 'The URL is not validly encoded UTF-8'],
  ])('%s is 400', async (search, message) => {
    await using gateway = await watchedGateway();
    await using client = await rawClient(gateway.port);
    client.send(`GET /graphql${search} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const { status, body } = await client.answer();
    expect({ status, body }).toEqual({ status: 400, body: failure('BAD_REQUEST', message) });
    expect(gateway.seen).toEqual([]);
  });
});
