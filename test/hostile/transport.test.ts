import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, constants as zlib } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { post, type RawAnswer, type RawClient, rawClient } from '../edge/raw-client.ts';
import { underPassRule } from './pass-rule.ts';
import { type Shop, startShop } from './shop.ts';

/** A request over a connection of its own, and what is to become of it. */
interface Row {
  readonly send: string | Buffer | readonly (string | Buffer)[];
  readonly status: number;
  /** None for a reply with data. */
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** True where nothing of what follows may be taken for a request. */
  readonly ends?: boolean;
}

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ production: true });
});
afterAll(async () => shop?.[Symbol.asyncDispose]());

const question = '{"query":"{ __typename }"}';
const answered = '{"data":{"__typename":"Query"}}';
const mutation = '{"query":"mutation { save }"}';
const json = ['POST /graphql HTTP/1.1', 'Host: a', 'Content-Type: application/json'];
const get = 'GET /graphql?query={__typename} HTTP/1.1';

function head(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A POST whose body says that it is compressed. */
function compressed(encoding: string, body: Buffer): readonly (string | Buffer)[] {
  const length = `Content-Length: ${body.length}`;
  return [head(...json, `Content-Encoding: ${encoding}`, length), body];
}

/** A mutation under another type, which pages of other sites may send. */
function typed(type: string): string {
  return post(mutation).replace('Content-Type: application/json\r\n', type);
}

const megabyte = Buffer.alloc(1_000_000, ' ');
const member = gzipSync(megabyte);
const bombs = {
  // Members one after another: nearly two gigabytes in less than two megabytes.
  gzip: Buffer.concat(Array(1_900).fill(member)).subarray(0, 1_900_000),
  deflate: deflateSync(Buffer.alloc(200_000_000)),
  br: brotliCompressSync(Buffer.alloc(200_000_000), {
    params: { [zlib.BROTLI_PARAM_QUALITY]: 5 },
  }),
};

const tooLarge = { status: 413, code: 'PAYLOAD_TOO_LARGE' };
const unsupported = { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' };
const bad = { status: 400, code: 'BAD_REQUEST' };
const ended = { ...bad, ends: true };
const headersTooLarge = { status: 431, code: 'HEADERS_TOO_LARGE', ends: true };
const notAllowed = { status: 405, code: 'METHOD_NOT_ALLOWED', headers: { allow: 'GET, POST' } };

/** By their numbers in the list of hostile inputs. */
const rows: Readonly<Record<string, Row>> = {
  '53: a body of 45 MB': { send: sized(45_000_000), ...tooLarge },
  '54: a body of 60 MB': { send: sized(60_000_000), ...tooLarge },
  ...Object.fromEntries(
    Object.entries(bombs).map(([encoding, bomb]) => [
      `56: a ${encoding} bomb`,
      { send: compressed(encoding, bomb), ...tooLarge },
    ]),
  ),
  '56: a bomb in a bomb': { send: compressed('gzip, gzip', gzipSync(bombs.gzip)), ...unsupported },
  '56: a bomb in a bomb that says it is one': {
    send: compressed('gzip', gzipSync(bombs.gzip)),
    ...bad,
  },
  '57: a coding that is not known': {
    send: compressed('zstd', Buffer.from(question)),
    ...unsupported,
  },
  '59: text/plain': { send: typed('Content-Type: text/plain\r\n'), ...unsupported },
  '60: a form': {
    send: typed('Content-Type: application/x-www-form-urlencoded\r\n'),
    ...unsupported,
  },
  '61: multipart': {
    send: typed('Content-Type: multipart/form-data; boundary=x\r\n'),
    ...unsupported,
  },
  '62: no type': { send: typed(''), ...unsupported },
  '63: two types': {
    send: typed('Content-Type: application/json, text/plain\r\n'),
    ...unsupported,
  },
  '64: a mutation by GET': {
    send: head('GET /graphql?query=mutation{save} HTTP/1.1', 'Host: a'),
    status: 405,
    code: 'MUTATION_NOT_ALLOWED_OVER_HTTP_GET',
    headers: { allow: 'POST' },
  },
  '65: GET from another site': {
    send: head(get, 'Host: a', 'Origin: https://evil.example'),
    status: 400,
    code: 'CSRF_PREVENTION_FAILED',
  },
  '65: GET from another site, as browsers say it': {
    send: head(get, 'Host: a', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'),
    status: 400,
    code: 'CSRF_PREVENTION_FAILED',
  },
  ...Object.fromEntries(
    ['PATCH', 'PUT', 'DELETE', 'TRACE', 'PURGE', 'QUERY'].map((method) => [
      `66: ${method}`,
      { send: head(`${method} /graphql?query={__typename} HTTP/1.1`, 'Host: a'), ...notAllowed },
    ]),
  ),
  '66: CONNECT': {
    send: head('CONNECT inside:80 HTTP/1.1', 'Host: inside:80'),
    ...notAllowed,
    ends: true,
  },
  ...Object.fromEntries(
    unreadable().map((body) => [`68: ${JSON.stringify(body)}`, { send: post(body), ...bad }]),
  ),
  '68: a list': { send: post('[]'), status: 400, code: 'BATCHING_NOT_ENABLED' },
  '68: a hundred thousand brackets': { send: post('['.repeat(100_000)), ...bad },
  '68: bytes of no text': {
    send: [post(question).replace(question, ''), Buffer.alloc(question.length, 0xff)],
    ...bad,
  },
  '69: a header block of 100 kB': {
    send: head(get, 'Host: a', `X: ${'x'.repeat(100_000)}`),
    ...headersTooLarge,
  },
  '69: three thousand headers': {
    send: head(get, 'Host: a', ...Array.from({ length: 3_000 }, (_, n) => `X-${n}: 1`)),
    ...headersTooLarge,
  },
  '69: a hundred and one headers': {
    send: head(get, 'Host: a', ...Array.from({ length: 100 }, (_, n) => `X-${n}: 1`)),
    ...headersTooLarge,
  },
  '69: a target of 100 kB': {
    send: head(`GET /graphql?query=${'x'.repeat(60_000)} HTTP/1.1`, 'Host: a'),
    status: 414,
    code: 'URI_TOO_LONG',
    ends: true,
  },
  '70: a length and a transfer coding': {
    send: `${head(...json, 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
    ...ended,
  },
  '70: a transfer coding and a length': {
    send: `${head(...json, 'Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n`,
    ...ended,
  },
  '71: two lengths': { send: head(...json, 'Content-Length: 4', 'Content-Length: 5'), ...ended },
  '71: two equal lengths': {
    send: head(...json, 'Content-Length: 0', 'Content-Length: 0'),
    ...ended,
  },
  '71: a list of lengths': { send: head(...json, 'Content-Length: 0, 0'), ...ended },
  '71: a length with a sign': { send: head(...json, 'Content-Length: +4'), ...ended },
  ...Object.fromEntries(
    ['xchunked', 'chunked, identity', 'gzip, chunked', 'chunked, chunked', 'identity', '"chunked"']
      .map((coding) => `Transfer-Encoding: ${coding}`)
      .concat('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked')
      .concat('Transfer-Encoding : chunked', 'Transfer-Encoding:\x0bchunked')
      .map((line) => [
        `72: ${JSON.stringify(line)}`,
        { send: `${head(...json, line)}0\r\n\r\n`, ...ended },
      ]),
  ),
  '73: bare line feeds': { send: `${get}\nHost: a\n\n`, ...ended },
  '73: a space before a colon': { send: head(get, 'Host : a'), ...ended },
  '73: a folded header': { send: head(get, 'Host: a', 'X: b', ' c'), ...ended },
  '73: a NUL in a header': { send: head(get, 'Host: a', 'X: \0'), ...ended },
  '73: a bare carriage return': { send: head(get, 'Host: a', 'X: b\rY: c'), ...ended },
  '75: two hosts': { send: head(get, 'Host: a', 'Host: b'), ...ended },
  '75: no host': { send: head(get), ...ended },
  '75: another host in the target': {
    send: head('GET http://inside/graphql?query={__typename} HTTP/1.1', 'Host: a'),
    ...ended,
  },
};

function sized(bytes: number): readonly (string | Buffer)[] {
  return [head(...json, `Content-Length: ${bytes}`), Buffer.alloc(bytes, ' ')];
}

/** What is no JSON, and JSON that is no request. */
function unreadable(): readonly string[] {
  const values = ['null', '"x"', '{}', '7', 'true', '{"query":null}', '{"query":["{ a }"]}'];
  const broken = [
    '',
    ' ',
    '{',
    '}',
    '[',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a" 1}',
    '{"a":1}{}',
    '{"a":01}',
    '{"a":1.}',
    '{"a":.1}',
    '{"a":+1}',
    '{"a":1e}',
    '{"a":0x1}',
    '{"a":NaN}',
    '{"a":-Infinity}',
    '{"a":undefined}',
    '{"a":TRUE}',
    '{"a":"\t"}',
    '{"a":"\0"}',
    '{"a":"\\x41"}',
    '{"a":"\\u12"}',
    '{"a":"',
    '{"a":1}//',
    '{"a":1}/**/',
    '\u00a0{}',
    '{"a":1}\0',
    '\ufeff\ufeff{}',
  ];
  return [...values, ...broken];
}

/** Sends everything as fast as it is taken. What comes back counts, also when the rest is cut. */
function sendAll(client: RawClient, parts: Row['send']): void {
  const all = typeof parts === 'string' || Buffer.isBuffer(parts) ? [parts] : parts;
  for (const part of all) client.send(part);
}

const next = head('GET /graphql?query={next:__typename} HTTP/1.1', 'Host: a');

async function expectAnswered(row: Row): Promise<void> {
  const answers = await underPassRule(shop, async () => {
    await using client = await rawClient(Number(new URL(shop.url).port));
    sendAll(client, row.send);
    if (row.ends) client.send(next);
    const answer = await client.answer();
    return { answer, rest: row.ends ? await client.rest() : '' };
  });
  for (const { answer, rest } of answers) {
    expectDiscreet(answer);
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({
      status: row.status,
      code: row.code,
    });
    expect(answer.headers).toMatchObject(row.headers ?? {});
    if (row.ends) expect(answer.headers).toMatchObject({ connection: 'close' });
    expect(rest).toBe('');
  }
}

function codeOf({ body }: RawAnswer): unknown {
  return JSON.parse(body).errors?.[0].extensions.code;
}

/** JSON in which nothing of the inside is told, and none that another site could read. */
function expectDiscreet({ headers, body }: RawAnswer): void {
  expect(headers['content-type']).toMatch(/^application\/json; charset=utf-8$/);
  expect(body).not.toMatch(/\\n +at |node_modules|node:|HPE_|https?:/);
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
}

const saved = () => shop.subgraphs.some(({ requests }) => requests.length > 0);

describe('Of hostile requests,', () => {
  test.each(Object.entries(rows))('%s', async (_, row) => {
    await expectAnswered(row);
    // None of them is an operation that may run.
    expect(saved()).toBe(false);
  });

  test('53: a body without a length is read no further than the limit', async () => {
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    const taken = await underPassRule(shop, async () => {
      await using client = await rawClient(Number(new URL(shop.url).port));
      client.send(head(...json, 'Transfer-Encoding: chunked'));
      for (let sent = 0; sent < 45_000_000; sent += 0x4000) client.send(chunk);
      expect(await client.answer()).toMatchObject({ status: 413 });
      await client.rest();
      return client.socket.bytesWritten - client.socket.writableLength;
    });
    for (const bytes of taken) expect(bytes).toBeLessThan(20_000_000);
  });

  test('66: HEAD runs nothing and has no body', async () => {
    await underPassRule(shop, async () => {
      await using client = await rawClient(Number(new URL(shop.url).port));
      client.send(head('HEAD /graphql?query={__typename} HTTP/1.1', 'Host: a') + post(question));
      expect(await client.answer({ head: true })).toMatchObject({
        status: 405,
        headers: { allow: 'GET, POST' },
      });
      expect(await client.answer()).toMatchObject({ status: 200, body: answered });
    });
  });

  test('82: another origin is allowed nothing', async () => {
    await underPassRule(shop, async () => {
      await using client = await rawClient(Number(new URL(shop.url).port));
      const origin = ['Host: a', 'Origin: https://evil.example'];
      client.send(head('OPTIONS /graphql HTTP/1.1', ...origin) + post(question, origin.slice(1)));
      const replies = [await client.answer(), await client.answer()];
      expect(replies.map(({ status }) => status)).toEqual([204, 200]);
      for (const { headers } of replies) {
        expect(Object.keys(headers).join()).not.toContain('access-control');
      }
    });
  });
});

describe('Of clients that are slow,', () => {
  let patient: Shop;
  beforeAll(async () => {
    patient = await startShop({
      server: { timeouts: { headers: '2s', request: '3s', write: '2s' } },
    });
  });
  afterAll(async () => patient?.[Symbol.asyncDispose]());
  const port = () => Number(new URL(patient.url).port);

  test('76: a thousand half heads are cut, and keep nobody waiting', async () => {
    await underPassRule(patient, async () => {
      const clients = await connected(1_000, port());
      for (const client of clients) client.send('POST /graphql HTTP/1.1\r\nHost: a\r\n');
      for (const client of clients) {
        expect(await client.answer()).toMatchObject({ status: 408 });
        expect(await client.rest()).toBe('');
      }
    });
  });

  test('76: connections that say nothing are cut without a word', async () => {
    await underPassRule(patient, async () => {
      const clients = await connected(1_000, port());
      for (const client of clients) expect(await client.rest()).toBe('');
    });
  });

  test('77: a hundred bodies that come byte by byte are cut', async () => {
    await underPassRule(patient, async () => {
      const clients = await connected(100, port());
      for (const client of clients) client.send(post(question).slice(0, -question.length));
      using _dripping = dripping(clients, ' ');
      for (const client of clients) expect(await client.answer()).toMatchObject({ status: 408 });
      await close(clients);
    });
  });

  test('77: answers that nobody takes, or takes byte by byte, are cut', async () => {
    const text = 'x'.repeat(600_000);
    const fields = Array.from({ length: 15 }, (_, n) => `f${n}: echo(text: $text)`).join(' ');
    const query = `query Large($text: String) { ${fields} }`;
    const question = post(JSON.stringify({ query, variables: { text } }));
    const clients = await Promise.all(Array.from({ length: 4 }, () => reluctant(port())));
    for (const socket of clients) socket.write(question);
    using _reading = readingBytes(clients.slice(2));
    // Of those who do not read, only the gateway knows that their connections have ended.
    const cut = /(?:"operation":"Large"[^\n]*"status":499[\s\S]*?){4}/;
    await patient.serving.command.printed(cut);
    for (const socket of clients) socket.destroy();
  });
});

/** A connection that reads one byte when it is resumed, and none before. */
async function reluctant(port: number): Promise<Socket> {
  const onread = { buffer: Buffer.alloc(1), callback: () => false };
  const socket = connect({ port, host: '127.0.0.1', onread });
  await once(socket, 'connect');
  return socket.on('error', () => {}).pause();
}

function readingBytes(sockets: readonly Socket[]): Disposable {
  const timer = setInterval(() => {
    for (const socket of sockets) socket.resume();
  }, 200);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function connected(count: number, port: number): Promise<readonly RawClient[]> {
  const clients: RawClient[] = [];
  // In groups: a listener's backlog is some hundred connections.
  for (let begun = 0; begun < count; begun += 100) {
    const group = Array.from({ length: Math.min(100, count - begun) }, () => rawClient(port));
    clients.push(...(await Promise.all(group)));
  }
  return clients;
}

/** Each sends a little again and again. */
function dripping(clients: readonly RawClient[], drop: string): Disposable {
  const timer = setInterval(() => {
    for (const { socket } of clients) if (socket.writable) socket.write(drop);
  }, 200);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function close(clients: readonly RawClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
}
