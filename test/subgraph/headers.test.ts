import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import type { GatewayInput } from '../../src/config/schema.ts';
import { federate } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';

type SubgraphsInput = NonNullable<NonNullable<GatewayInput['graphql']>['subgraphs']>;
type Lines = Readonly<Record<string, string | string[]>>;

const question = '{ thing { name } }';
const own = ['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host'];

/**
 * Two subgraphs that are asked one after the other, each with headers of its own. `sent` is what
 * they were sent, without the headers of the protocol itself.
 */
async function chained(subgraphs: SubgraphsInput, answers: Partial<Record<string, Lines>> = {}) {
  const sent: Record<string, IncomingHttpHeaders> = {};
  const server = (name: string, data: object) =>
    listen((request, response) => {
      const { headers } = request;
      sent[name] = Object.fromEntries(
        Object.entries(headers).filter(([key]) => !own.includes(key)),
      );
      for (const [key, value] of Object.entries(answers[name] ?? {}))
        response.setHeader(key, value);
      response.end(JSON.stringify({ data }));
    });
  const first = await server('first', { thing: { __typename: 'Thing', id: '1' } });
  const second = await server('second', { _entities: [{ name: 'a' }] });
  const sdl = 'type Thing @key(fields: "id") { id: ID!';
  const federation = await federate({
    subgraphs: {
      first: { sdl: `type Query { thing: Thing } ${sdl} }`, url: first.url },
      second: { sdl: `${sdl} name: String }`, url: second.url },
    },
    config: { graphql: { subgraphs } },
  });
  return {
    sent,
    federation,
    async [Symbol.asyncDispose]() {
      await federation[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}

type RequestRules = NonNullable<NonNullable<SubgraphsInput['all']>['headers']>['request'];
type ResponseRules = NonNullable<NonNullable<SubgraphsInput['all']>['headers']>['response'];

/** What both subgraphs are sent by these rules; the request id is left out. */
async function sentBy(
  rules: NonNullable<RequestRules>,
  headers: Record<string, string>,
): Promise<object | undefined> {
  await using chain = await chained({ all: { headers: { request: rules } } });
  expect((await chain.federation.send(question, {}, headers)).status).toBe(200);
  const { 'x-request-id': id, ...rest } = chain.sent['first'] ?? {};
  expect(chain.sent['second']).toEqual({ ...rest, 'x-request-id': id });
  return rest;
}

describe('headers of the client', () => {
  test('go to no subgraph by themselves; the request id does', async () => {
    await using chain = await chained({});
    const { headers } = await chain.federation.send(
      question,
      {},
      {
        authorization: 'Bearer secret',
        cookie: 'a=1',
        'x-tenant': 'shop',
        'x-forwarded-for': '10.0.0.1',
      },
    );
    const id = headers.get('x-request-id');
    expect(chain.sent).toEqual({ first: { 'x-request-id': id }, second: { 'x-request-id': id } });
  });

  test('go on by name, under another name, or with a default', async () => {
    const rules = [
      { propagate: { named: 'X-Tenant' } },
      { propagate: { named: 'authorization', rename: 'X-Auth' } },
      { propagate: { named: 'x-region', default: 'eu' } },
      { propagate: { named: 'x-locale', rename: 'accept-language', default: 'en' } },
      { propagate: { named: 'x-absent' } },
    ];
    const headers = { 'x-tenant': 'shop', authorization: 'Bearer a', 'x-locale': 'de' };
    expect(await sentBy(rules, headers)).toEqual({
      'x-tenant': 'shop',
      'x-auth': 'Bearer a',
      'x-region': 'eu',
      'accept-language': 'de',
    });
  });

  test('go on by a pattern, whatever the case', async () => {
    const rules = [{ propagate: { matching: '^X-Shop-' } }];
    const headers = { 'x-shop-a': '1', 'X-Shop-B': '2', 'my-x-shop-c': '3' };
    expect(await sentBy(rules, headers)).toEqual({ 'x-shop-a': '1', 'x-shop-b': '2' });
  });

  test('go on by the first rule that sends a name', async () => {
    const rules = [
      { propagate: { named: 'x-a', rename: 'x-target' } },
      { propagate: { named: 'x-b', rename: 'x-target' } },
      { propagate: { named: 'x-target', default: 'never' } },
    ];
    expect(await sentBy(rules, { 'x-a': '1', 'x-b': '2' })).toEqual({ 'x-target': '1' });
    expect(await sentBy(rules, { 'x-b': '2' })).toEqual({ 'x-target': '2' });
  });

  test('are taken back and set by the rules that come later', async () => {
    const rules = [
      { propagate: { matching: '^x-' } },
      { remove: { named: 'x-internal' } },
      { remove: { matching: '-secret$' } },
      { insert: { name: 'x-internal', value: 'gateway' } },
      { insert: { name: 'X-Added', value: 'yes' } },
      { remove: { named: 'x-nothing' } },
    ];
    const headers = { 'x-a': '1', 'x-internal': 'forged', 'x-a-secret': 's' };
    expect(await sentBy(rules, headers)).toEqual({
      'x-a': '1',
      'x-internal': 'gateway',
      'x-added': 'yes',
    });
    const early = [{ remove: { matching: '.' } }, { propagate: { named: 'x-a' } }];
    expect(await sentBy(early, { 'x-a': '1' })).toEqual({ 'x-a': '1' });
  });

  test('of one connection go nowhere, nor those that `Connection` names', async () => {
    const headers = {
      connection: 'close, X-Hop',
      'x-hop': '1',
      'keep-alive': 'timeout=9',
      'proxy-authorization': 'Basic secret',
      'proxy-connection': 'close',
      te: 'trailers',
      expect: '100-continue',
      'x-a': '1',
    };
    await using chain = await chained({
      all: { headers: { request: [{ propagate: { matching: '.' } }] } },
    });
    await posted(chain.federation.gateway.url, headers);
    const { 'x-request-id': _, ...sent } = chain.sent['first'] ?? {};
    expect(sent).toEqual({ 'x-a': '1' });
  });

  test('go to one subgraph by rules of its own, in place of those for all', async () => {
    await using chain = await chained({
      all: { headers: { request: [{ propagate: { named: 'x-a' } }] } },
      second: { headers: { request: [{ insert: { name: 'x-b', value: '2' } }] } },
    });
    await chain.federation.send(question, {}, { 'x-a': '1' });
    expect(chain.sent['first']).toMatchObject({ 'x-a': '1' });
    expect(chain.sent['second']).toMatchObject({ 'x-b': '2' });
    expect(chain.sent['second']).not.toHaveProperty('x-a');
  });
});

/** Posts past `fetch`, which keeps some headers for itself. */
async function posted(url: string, headers: Lines): Promise<IncomingMessage> {
  const body = JSON.stringify({ query: question });
  const request = httpRequest(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
  });
  request.end(body);
  const [response] = await once(request, 'response');
  expect(await json(response)).toEqual({ data: { thing: { name: 'a' } } });
  return response;
}

describe('headers of subgraphs', () => {
  /** What the client is sent by these rules, of the names that it asks for. */
  async function received(
    rules: NonNullable<ResponseRules>,
    answers: Readonly<Record<'first' | 'second', Lines>>,
  ): Promise<Headers> {
    await using chain = await chained({ all: { headers: { response: rules } } }, answers);
    const { headers, body } = await chain.federation.send(question);
    expect(body).toEqual({ data: { thing: { name: 'a' } } });
    return headers;
  }
  const tagged = { first: { 'x-tag': 'one' }, second: { 'x-tag': 'two' } };

  test('go to no client by themselves', async () => {
    const headers = await received([], { ...tagged, first: { 'set-cookie': 'a=1', 'x-tag': '1' } });
    expect([...headers.keys()].sort()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'date',
      'keep-alive',
      'x-request-id',
    ]);
  });

  test.each([
    ['first', 'one'],
    ['last', 'two'],
    ['append', 'one, two'],
    [undefined, 'one'],
  ] as const)('of several answers: %s gives %s', async (algorithm, value) => {
    const rules = [{ propagate: { named: 'X-Tag', ...(algorithm && { algorithm }) } }];
    expect((await received(rules, tagged)).get('x-tag')).toBe(value);
  });

  test('that are appended stay lines of their own', async () => {
    const rules = [{ propagate: { named: 'x-tag', algorithm: 'append' as const } }];
    await using chain = await chained({ all: { headers: { response: rules } } }, tagged);
    const { rawHeaders } = await posted(chain.federation.gateway.url, {});
    const values = rawHeaders.filter((_value, index) => rawHeaders[index - 1] === 'x-tag');
    expect(values).toEqual(['one', 'two']);
  });

  test('go on by a pattern, under another name, or with a default', async () => {
    const rules = [
      { propagate: { matching: '^x-shop-' } },
      { propagate: { named: 'x-tag', rename: 'x-label', algorithm: 'last' as const } },
      { propagate: { named: 'x-region', default: 'eu' } },
    ];
    const headers = await received(rules, {
      first: { ...tagged.first, 'x-shop-a': '1' },
      second: { ...tagged.second, 'x-shop-b': '2' },
    });
    const names = ['x-shop-a', 'x-shop-b', 'x-label', 'x-tag', 'x-region'];
    expect(names.map((name) => headers.get(name))).toEqual(['1', '2', 'two', null, 'eu']);
  });

  test('that set cookies stay lines of their own', async () => {
    const headers = await received([{ propagate: { named: 'set-cookie' } }], {
      first: { 'set-cookie': ['a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT', 'b=2'] },
      second: { 'set-cookie': 'c=3' },
    });
    expect(headers.getSetCookie()).toEqual([
      'a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT',
      'b=2',
      'c=3',
    ]);
  });

  test('of one connection, and of the body, go nowhere', async () => {
    const headers = await received([{ propagate: { matching: '.' } }], {
      first: {
        connection: 'keep-alive, x-hop',
        'x-hop': '1',
        'content-type': 'application/evil',
        'content-language': 'de',
        'proxy-authenticate': 'Basic',
        trailer: 'x-a',
        'x-kept': '1',
      },
      second: {},
    });
    expect(headers.get('x-kept')).toBe('1');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    for (const name of ['x-hop', 'proxy-authenticate', 'trailer']) {
      expect(headers.has(name)).toBe(false);
    }
  });

  test('go on from one subgraph by rules of its own', async () => {
    await using chain = await chained(
      {
        all: { headers: { response: [{ propagate: { named: 'x-tag' } }] } },
        first: { headers: { response: [] } },
      },
      tagged,
    );
    expect((await chain.federation.send(question)).headers.get('x-tag')).toBe('two');
  });
});
