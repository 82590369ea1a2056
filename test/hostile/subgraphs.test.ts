import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { selfSigned } from '../harness/certificates.ts';
import { listen } from '../harness/listen.ts';
import { listenTcp } from '../harness/listen-tcp.ts';
import { linked, startSubgraph } from '../harness/subgraph.ts';
import { unaccepting } from '../harness/unaccepting.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { startGuarded } from './guarded.ts';
import { underPassRule } from './pass-rule.ts';

/** Answers one request of the gateway, in whatever way. */
type Misbehave = (response: ServerResponse, asked: Asked) => unknown;

interface Asked {
  readonly forEntities: boolean;
  readonly isMutation: boolean;
}

/** What a subgraph does, and what is to become of it. */
interface Row {
  readonly answer: Misbehave;
  readonly query?: string;
  readonly data: unknown;
  /** Of all errors, in their order. */
  readonly codes: readonly string[];
  /** Of its bytes, the gateway reads at most so many. */
  readonly takes?: number;
  /** How often it is asked. Default: once for each of the two fetches. */
  readonly asked?: number;
}

const sound = `type Query { me: User! keyless: User }
  type User @key(fields: "id") { id: ID name: String! }`;
const broken = `type Query { motto: String count: Int! item: Item items: [Item!] any: Any }
  type Mutation { save: Int }
  type Item { name: String sure: String! }
  type User @key(fields: "id") { id: ID bio: String }
  scalar Any`;

const twice = '{ me { name bio } motto }';
const kept = { me: { name: 'Ada', bio: null }, motto: null };
const whole = { me: { name: 'Ada', bio: 'mathematician' }, motto: 'onwards' };
const malformed = ['SUBREQUEST_MALFORMED_RESPONSE', 'SUBREQUEST_MALFORMED_RESPONSE'];
const unreachable = ['SUBREQUEST_HTTP_ERROR', 'SUBREQUEST_HTTP_ERROR'];
const late = ['GATEWAY_TIMEOUT', 'GATEWAY_TIMEOUT'];

/** What nobody outside may read. */
const secret = 'secret-of-the-house';

let shop: GatewayProcess;
let addresses: readonly string[] = [];
let misbehave: Misbehave = () => {};
let asked = 0;
let taken = 0;

beforeAll(async () => {
  const server = await listen(async (request, response) => {
    response.on('error', () => {});
    const body = await text(request);
    asked += 1;
    const forEntities = body.includes('_entities');
    misbehave(response, { forEntities, isMutation: body.includes('"query":"mutation') });
  });
  const closed = await listen(() => {});
  await closed[Symbol.asyncDispose]();
  const tls = await listenTcp(
    () => {},
    createServer(await selfSigned(), () => {}),
  );
  const accounts = await startSubgraph(sound, {
    Query: { me: () => ({ id: '1' }), keyless: () => ({ id: null }) },
    User: { name: () => 'Ada' },
  });
  const field = (name: string) => linked(`type Query { ${name}: String }`);
  addresses = [accounts.url, server.url, closed.url, `:${tls.port}`, 'nothing.invalid'];
  shop = await startGuarded({
    subgraphs: {
      accounts: { sdl: linked(sound), server: accounts },
      profiles: { sdl: linked(broken), server },
      closed: { sdl: field('closed'), server: { url: closed.url } },
      untrusted: {
        sdl: field('untrusted'),
        server: {
          url: `https://127.0.0.1:${tls.port}/`,
          [Symbol.asyncDispose]: () => tls[Symbol.asyncDispose](),
        },
      },
      nameless: { sdl: field('nameless'), server: { url: 'http://nothing.invalid/graphql' } },
      blackhole: { sdl: field('blackhole'), server: await unaccepting() },
    },
    config: {
      graphql: {
        subgraphs: {
          all: {
            timeout: { connect: '1s', total: '3s' },
            // Each answer is looked at by itself, however many of them are bad.
            retry: { max: 0 },
            breaker: { enabled: false },
          },
        },
      },
    },
  });
});
afterAll(async () => shop?.[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function post(query: string): Promise<Answer> {
  const response = await fetch(shop.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function expectAnswered(row: Row): Promise<void> {
  misbehave = row.answer;
  const answers = await underPassRule(shop, async () => {
    asked = 0;
    taken = 0;
    const answer = await post(row.query ?? twice);
    return { ...answer, asked, taken };
  });
  for (const answer of answers) {
    const { data, errors = [] } = JSON.parse(answer.text);
    const codes = errors.map((error: { extensions: { code: unknown } }) => error.extensions.code);
    expect({ status: answer.status, data, codes }).toEqual({
      status: 200,
      data: row.data,
      codes: row.codes,
    });
    expect(answer.asked).toBe(row.asked ?? 2);
    expect(answer.taken).toBeLessThanOrEqual(row.takes ?? Number.POSITIVE_INFINITY);
    expectDiscreet(answer);
  }
}

function expectDiscreet({ text: sent, headers }: Answer): void {
  for (const told of [sent, JSON.stringify([...headers])]) {
    expect(told).not.toMatch(
      /\\n +at |node_modules|https?:|<html|[Mm]aximum call stack|Cannot (create|read|set)/,
    );
    expect(told).not.toContain(secret);
    for (const address of addresses) expect(told).not.toContain(address);
  }
}

/** The same body to whatever is asked, with a status and headers. */
const body =
  (sent: string | Buffer, status = 200, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(sent);
  };
const json = (value: unknown, status?: number, headers?: Readonly<Record<string, string>>) =>
  body(JSON.stringify(value), status, headers);
/** As it should be to the root field, and so to the entities. */
const entities =
  (data: unknown): Misbehave =>
  (response, { forEntities }) =>
    json({ data: forEntities ? data : { motto: 'onwards' } })(response);
const withoutBio = { me: { name: 'Ada', bio: null }, motto: 'onwards' };
/** Past HTTP: the bytes as they are, and then the end of the connection, unless it stays open. */
const bytes =
  (sent: string, { end = true } = {}): Misbehave =>
  ({ socket }) => {
    if (end) socket?.end(sent);
    else socket?.write(sent);
  };

/** Writes pieces for as long as they are read, up to `most` bytes. */
const pouring =
  (head: string, piece: Buffer, most: number): Misbehave =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(head);
    for (let sent = 0; sent < most && !response.destroyed; sent += piece.length) {
      taken += piece.length;
      if (response.write(piece)) continue;
      const drained = Promise.withResolvers<void>();
      response.once('drain', drained.resolve).once('close', drained.resolve);
      await drained.promise;
    }
    if (!response.destroyed) response.end();
  };

/** 500 MB of spaces in half a megabyte: ten members of gzip, one after the other. */
const gzipBomb = () => {
  const member = gzipSync(Buffer.alloc(50_000_000, ' '));
  return Buffer.concat(Array.from({ length: 10 }, () => member));
};

const html = `<html>${secret} at http://127.0.0.1:1/</html>`;
const manyErrors = (count: number, path?: readonly unknown[]) =>
  JSON.stringify({
    data: null,
    errors: Array.from({ length: count }, () => ({ message: secret, path })),
  });

const rows: Readonly<Record<string, Row>> = {
  '109: invalid JSON': { answer: body(`{"data": ${secret}`), data: kept, codes: malformed },
  '109: JSON cut short': { answer: body('{"data":{"motto":"on'), data: kept, codes: malformed },
  '109: nothing': { answer: body(''), data: kept, codes: malformed },
  '109: no content, by its status': {
    answer: (response) => response.writeHead(204).end(),
    data: kept,
    codes: malformed,
  },
  '110: HTML': {
    answer: body(html, 200, { 'content-type': 'text/html' }),
    data: kept,
    codes: malformed,
  },
  '110: HTML of a gateway': {
    answer: body(html, 502, { 'content-type': 'text/html' }),
    data: kept,
    codes: unreachable,
  },
  ...Object.fromEntries(
    ['null', '[]', '"x"', '{}', '1'].map((sent) => [
      `111: JSON that is ${sent}`,
      { answer: body(sent), data: kept, codes: malformed },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({
      '114: too few entities': { _entities: [] },
      '114: too many entities': { _entities: [{ bio: secret }, { bio: secret }] },
      '115: entities that are an object': { _entities: { bio: secret } },
      '115: no entities': { others: [{ bio: secret }] },
      '115: an entity that is a text': { _entities: [secret] },
    }).map(([title, data]) => [
      title,
      { answer: entities(data), data: withoutBio, codes: ['SUBREQUEST_MALFORMED_RESPONSE'] },
    ]),
  ),
  '115: an entity of a type that does not exist': {
    answer: entities({ _entities: [{ __typename: secret, bio: 'mathematician' }] }),
    data: whole,
    codes: [],
  },
  '116: a list for an object': {
    answer: json({ data: { item: [{ name: 'a' }] } }),
    query: '{ me { name } item { name } }',
    data: { me: { name: 'Ada' }, item: null },
    codes: ['SUBREQUEST_MALFORMED_RESPONSE'],
    asked: 1,
  },
  '116: a text for an Int that may not be null': {
    answer: json({ data: { count: secret } }),
    query: '{ count }',
    data: null,
    codes: ['SUBREQUEST_MALFORMED_RESPONSE'],
    asked: 1,
  },
  '116: null where none may be': {
    answer: json({ data: { items: [{ sure: 'a' }, { sure: null }] } }),
    query: '{ me { name } items { sure } }',
    data: { me: { name: 'Ada' }, items: null },
    codes: ['SUBREQUEST_MALFORMED_RESPONSE'],
    asked: 1,
  },
  '116: a field that is not there': {
    answer: json({ data: { item: { sure: 'a' } } }),
    query: '{ item { name sure } }',
    data: { item: { name: null, sure: 'a' } },
    codes: ['SUBREQUEST_MALFORMED_RESPONSE'],
    asked: 1,
  },
  '118: fields that nobody selected': {
    answer: json({ data: { item: { name: 'a', password: secret }, password: secret } }),
    query: '{ item { name } }',
    data: { item: { name: 'a' } },
    codes: [],
    asked: 1,
  },
  '121: a text of 200 MB': {
    answer: pouring('{"data":{"motto":"', Buffer.alloc(1_000_000, 'x'), 200_000_000),
    data: kept,
    codes: malformed,
    takes: 60_000_000,
  },
  '122: 500 MB in little gzip': {
    answer: body(gzipBomb(), 200, { 'content-encoding': 'gzip' }),
    data: kept,
    codes: malformed,
  },
  '123: a stream without an end': {
    answer: pouring('{"data":', Buffer.alloc(100_000, ' '), Number.POSITIVE_INFINITY),
    data: kept,
    codes: malformed,
    takes: 60_000_000,
  },
  '124: a byte now and then': {
    answer(response) {
      response.writeHead(200);
      const dripping = setInterval(() => response.write(' '), 100);
      response.once('close', () => clearInterval(dripping));
    },
    data: kept,
    codes: late,
  },
  '124: no answer at all': { answer: () => {}, data: kept, codes: late },
  '124: headers, and then silence': {
    answer: bytes('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n', { end: false }),
    data: kept,
    codes: late,
  },
  '125: a reset before the answer': {
    answer: ({ socket }) => socket?.resetAndDestroy(),
    data: kept,
    codes: unreachable,
  },
  '125: a reset within the answer': {
    answer: ({ socket }) => {
      socket?.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"data":', () => {
        socket.resetAndDestroy();
      });
    },
    data: kept,
    codes: unreachable,
  },
  '125: a body shorter than its content-length': {
    answer: bytes('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"data":'),
    data: kept,
    codes: unreachable,
  },
  '125: what is not HTTP': { answer: bytes(`${secret}\r\n\r\n`), data: kept, codes: unreachable },
  '125: a reset of a mutation, which is sent once': {
    answer: ({ socket }) => socket?.resetAndDestroy(),
    query: 'mutation { save }',
    data: { save: null },
    codes: ['SUBREQUEST_HTTP_ERROR'],
    asked: 1,
  },
  '127: a redirect to itself': {
    answer: (response) => response.writeHead(302, { location: '/' }).end(),
    data: kept,
    codes: unreachable,
  },
  '129: headers that are no matter of clients': {
    answer: (response, { forEntities }) => {
      const data = forEntities ? { _entities: [{ bio: 'mathematician' }] } : { motto: 'onwards' };
      const inside = { 'set-cookie': `a=${secret}`, 'x-internal': secret, 'keep-alive': secret };
      json({ data }, 200, inside)(response);
    },
    data: whole,
    codes: [],
  },
  ...Object.fromEntries(
    [401, 403, 429, 500].map((status) => [
      `130: status ${status} with errors`,
      {
        answer: json(
          { errors: [{ message: secret, extensions: { code: `E${status}`, stack: secret } }] },
          status,
          { 'retry-after': '1' },
        ),
        data: kept,
        codes: [`E${status}`, `E${status}`],
      },
    ]),
  ),
  '132: a certificate that nobody signed': {
    answer: () => {},
    query: '{ me { name } untrusted }',
    data: { me: { name: 'Ada' }, untrusted: null },
    codes: ['SUBREQUEST_HTTP_ERROR'],
    asked: 0,
  },
  '133: connections that are refused': {
    answer: () => {},
    query: '{ me { name } closed }',
    data: { me: { name: 'Ada' }, closed: null },
    codes: ['SUBREQUEST_HTTP_ERROR'],
    asked: 0,
  },
  '133: connections that are not accepted': {
    answer: () => {},
    query: '{ me { name } blackhole }',
    data: { me: { name: 'Ada' }, blackhole: null },
    codes: ['GATEWAY_TIMEOUT'],
    asked: 0,
  },
  '133: a name that leads nowhere': {
    answer: () => {},
    query: '{ me { name } nameless }',
    data: { me: { name: 'Ada' }, nameless: null },
    codes: ['SUBREQUEST_HTTP_ERROR'],
    asked: 0,
  },
  '135: an entity whose key is null': {
    answer: entities({ _entities: [null] }),
    query: '{ keyless { name bio } }',
    data: { keyless: { name: 'Ada', bio: null } },
    codes: [],
    asked: 1,
  },
  'lists within each other, millions deep': {
    answer: body(`{"data":{"motto":${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}}}`),
    data: kept,
    codes: malformed,
  },
  'a scalar that is too deep': {
    answer: body(`{"data":{"any":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}}`),
    query: '{ any }',
    data: { any: null },
    codes: ['SUBREQUEST_MALFORMED_RESPONSE'],
    asked: 1,
  },
  'a hundred thousand errors that lead nowhere': {
    answer: body(manyErrors(100_000)),
    query: '{ motto }',
    data: { motto: null },
    codes: ['DOWNSTREAM_SERVICE_ERROR'],
    asked: 1,
  },
  'errors with megabytes of text': {
    answer: json({
      errors: [
        {
          message: secret.repeat(100_000),
          extensions: { code: 'C'.repeat(1_000_000), body: secret.repeat(100_000) },
        },
      ],
    }),
    query: '{ motto }',
    data: { motto: null },
    codes: ['C'.repeat(100)],
    asked: 1,
  },
};

describe('A subgraph that answers with', () => {
  test.each(Object.entries(rows))('%s', async (_title, row) => expectAnswered(row));

  test('a hundred thousand errors, each of a place of its own, is told of by a hundred', async () => {
    const items = Array.from({ length: 100_000 }, () => ({ name: null }));
    const errors = items.map((_, index) => ({ message: secret, path: ['any', index] }));
    misbehave = json({ data: { any: null, items: [] }, errors });
    const answers = await underPassRule(shop, () => post('{ any items { name } }'));
    for (const answer of answers) {
      const told = JSON.parse(answer.text).errors;
      expect(told.length).toBeLessThanOrEqual(100);
      expectDiscreet(answer);
    }
  });
});
