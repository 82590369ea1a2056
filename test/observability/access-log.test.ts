import { describe, expect, test } from '@jest/globals';
import type { GatewayInput } from '../../src/config/schema.ts';
import { post, rawClient } from '../edge/raw-client.ts';
import { type Federation, federate } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';

const motto = {
  sdl: 'type Query { motto: String }',
  resolvers: { Query: { motto: () => 'onwards' } },
};

function mottos(config: GatewayInput = {}): Promise<Federation> {
  return federate({ subgraphs: { motto }, config });
}

function portOf({ gateway }: Federation): number {
  return Number(new URL(gateway.url).port);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('each request is one line of the log', () => {
  test('when it is answered', async () => {
    await using federation = await mottos();
    const { headers } = await federation.send('query Mine { motto }');
    const [line] = await federation.logged('request');
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      requestId: headers.get('x-request-id'),
      method: 'POST',
      status: 200,
      durationMs: expect.any(Number),
      operation: 'Mine',
      kind: 'query',
      msg: 'request',
    });
    expect(federation.log.filter(({ msg }) => msg === 'request')).toHaveLength(1);
  });

  const refused: Readonly<Record<string, readonly [string, object]>> = {
    'when its JSON is malformed': [post('{"query"'), { status: 400, code: 'BAD_REQUEST' }],
    'when it is not valid': [
      post('{"query":"{ nothing }"}'),
      { status: 400, code: 'GRAPHQL_VALIDATION_FAILED' },
    ],
    'when its method is refused': [
      'DELETE /graphql HTTP/1.1\r\nHost: a\r\n\r\n',
      { method: 'DELETE', status: 405, code: 'METHOD_NOT_ALLOWED' },
    ],
    'when a browser asks first': [
      'OPTIONS /graphql HTTP/1.1\r\nHost: a\r\n\r\n',
      { method: 'OPTIONS', status: 204 },
    ],
  };
  test.each(Object.entries(refused))('%s', async (_title, [bytes, line]) => {
    await using federation = await mottos();
    await using client = await rawClient(portOf(federation));
    client.send(
      bytes.replace('Host: localhost', 'Host: a\r\nAccept: application/graphql-response+json'),
    );
    await client.answer();
    expect(await federation.logged('request')).toMatchObject([line]);
    expect(federation.log.filter(({ msg }) => msg === 'request')).toHaveLength(1);
  });

  const unserved: Readonly<Record<string, readonly [string, object]>> = {
    'when nothing is served at its path': [
      'GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n',
      { method: 'GET', status: 404, code: 'NOT_FOUND' },
    ],
    'when its head is refused': [
      'GET /graphql HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
      { method: 'GET', status: 400, code: 'BAD_REQUEST' },
    ],
  };
  test.each(Object.entries(unserved))('%s', async (_title, [bytes, line]) => {
    await using federation = await mottos();
    await using client = await rawClient(portOf(federation));
    client.send(bytes);
    await client.answer();
    expect(await federation.logged('request')).toMatchObject([line]);
  });

  test('when its client leaves, which is 499', async () => {
    const asked = Promise.withResolvers<void>();
    await using silent = await listen(() => asked.resolve());
    await using federation = await federate({
      subgraphs: { motto: { sdl: motto.sdl, url: silent.url } },
    });
    await using client = await rawClient(portOf(federation));
    client.send(post('{"query":"{ motto }"}'));
    await asked.promise;
    client.socket.destroy();
    expect(await federation.logged('request')).toMatchObject([{ method: 'POST', status: 499 }]);
  });
});

describe('the id of a request', () => {
  async function idFor(sent: string, trust: boolean): Promise<string | null> {
    await using federation = await mottos({ observability: { requestId: { trust } } });
    const { headers } = await federation.send('{ motto }', {}, { 'x-request-id': sent });
    const id = headers.get('x-request-id');
    expect(await federation.logged('request')).toMatchObject([{ requestId: id }]);
    expect(federation.subgraphs['motto']?.requests[0]?.headers['x-request-id']).toBe(id);
    return id;
  }

  test('is kept of a client that is trusted', async () => {
    expect(await idFor('client-id_7', true)).toBe('client-id_7');
  });

  test('is a new one for a client that is not', async () => {
    expect(await idFor('client-id_7', false)).toMatch(uuid);
  });

  test.each(['', 'a b', 'a"b', '{"level":"fatal"}', 'a'.repeat(129), 'a, b', '../..', 'caf\u00e9'])(
    'is a new one in place of %j, even if it is trusted',
    async (sent) => {
      expect(await idFor(sent, true)).toMatch(uuid);
    },
  );

  test('goes by the header of the configuration', async () => {
    const requestId = { header: 'X-Correlation-Id', trust: true };
    await using federation = await mottos({ observability: { requestId } });
    const { headers } = await federation.send('{ motto }', {}, { 'x-correlation-id': 'mine' });
    expect([headers.get('x-correlation-id'), headers.get('x-request-id')]).toEqual(['mine', null]);
    expect(federation.subgraphs['motto']?.requests[0]?.headers['x-correlation-id']).toBe('mine');
  });

  test('is replaced by no rule that passes headers on', async () => {
    const all = { headers: { request: [{ propagate: { matching: '.' } }] } };
    await using federation = await mottos({ graphql: { subgraphs: { all } } });
    const { headers } = await federation.send('{ motto }', {}, { 'x-request-id': 'forged' });
    const sent = federation.subgraphs['motto']?.requests[0]?.headers['x-request-id'];
    expect(sent).toBe(headers.get('x-request-id'));
    expect(sent).toMatch(uuid);
  });
});

test('the log keeps to its level', async () => {
  await using federation = await mottos({ observability: { log: { level: 'warn' } } });
  await federation.send('{ motto }');
  await federation.send('{ nothing }');
  expect(federation.log).toEqual([]);
});
