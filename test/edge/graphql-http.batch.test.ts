import { expect, test } from '@jest/globals';
import type { Reply } from '../../src/context.ts';
import { batchReply } from '../../src/edge/batch.ts';
import { run, type SmallGateway, smallGateway } from './small-gateway.ts';

const enabled = { batching: { enabled: true, max: 3 } };
const ask = { query: '{ hello }' };

function failure(code: string, message: string) {
  return { errors: [{ message, extensions: { code } }] };
}

function send(gateway: SmallGateway, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify(body) });
}

test('a batch is refused unless it is enabled', async () => {
  await using gateway = await smallGateway();
  const response = await send(gateway, [ask]);
  expect(response.status).toBe(400);
  const message = 'A request carries one operation: batching is not enabled';
  expect(await response.json()).toEqual(failure('BATCHING_NOT_ENABLED', message));
});

test('a batch has an upper bound', async () => {
  await using gateway = await smallGateway({ options: enabled });
  const response = await send(gateway, [ask, ask, ask, ask]);
  expect(response.status).toBe(400);
  const message = 'A batch has at most 3 operations';
  expect(await response.json()).toEqual(failure('BATCH_LIMIT_EXCEEDED', message));
});

test('a batch of 100,000 is refused before anything runs', async () => {
  await using gateway = await smallGateway({
    options: { ...enabled, limits: { body: 2_000_000 } },
    graphql: { run: () => Promise.reject(new Error('ran')) },
  });
  const response = await send(gateway, Array(100_000).fill({}));
  expect(await response.json()).toMatchObject(
    failure('BATCH_LIMIT_EXCEEDED', 'A batch has at most 3 operations'),
  );
});

test('an empty batch is refused', async () => {
  await using gateway = await smallGateway({ options: enabled });
  const response = await send(gateway, []);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual(failure('BAD_REQUEST', 'The batch is empty'));
});

test('each entry has its own outcome, at its own place', async () => {
  await using gateway = await smallGateway({ options: enabled });
  const response = await send(gateway, [ask, { query: 1 }, { query: '{ nothing }' }]);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await response.json()).toEqual([
    { data: { hello: 'Hello, world!' } },
    failure('BAD_REQUEST', '`query` is not a string'),
    failure('GRAPHQL_VALIDATION_FAILED', 'Cannot query field "nothing" on type "Query".'),
  ]);
});

test('a list in a list is no batch', async () => {
  await using gateway = await smallGateway({ options: enabled });
  const response = await send(gateway, [[ask]]);
  const message = 'The request body is not a JSON object';
  expect(await response.json()).toEqual([failure('BAD_REQUEST', message)]);
});

test('entries run at the same time', async () => {
  const all = Promise.withResolvers<void>();
  let running = 0;
  await using gateway = await smallGateway({
    options: enabled,
    graphql: {
      run: async (request) => {
        running += 1;
        if (running === 3) all.resolve();
        await all.promise;
        return run(request);
      },
    },
  });
  const response = await send(gateway, [ask, ask, ask]);
  expect(await response.json()).toHaveLength(3);
});

test('an entry that breaks something inside tells nothing, and the others are answered', async () => {
  await using gateway = await smallGateway({
    options: enabled,
    graphql: {
      run: async (request) => {
        if (request.operationName === 'Bad') throw new TypeError('secret');
        return run(request);
      },
    },
  });
  const response = await send(gateway, [{ ...ask, operationName: 'Bad' }, ask]);
  expect(await response.json()).toEqual([
    failure('INTERNAL_SERVER_ERROR', 'Internal server error'),
    { data: { hello: 'Hello, world!' } },
  ]);
  expect(gateway.log.lines).toMatchObject([
    { level: 'note', fields: { code: 'INTERNAL_SERVER_ERROR' } },
    { level: 'error', fields: { err: { cause: { message: 'secret' } } } },
  ]);
});

test('headers on which all replies agree stay, and every cookie does', () => {
  const reply = (body: string, headers: Reply['headers']): Reply => ({
    status: 402,
    headers,
    body,
  });
  expect(
    batchReply([
      reply('1', { 'content-type': 'a', 'cache-control': 'max-age=1', 'set-cookie': 'a=1' }),
      reply('2', {
        'content-type': 'a',
        'cache-control': 'max-age=2',
        'set-cookie': ['b=1', 'c=1'],
      }),
      reply('3', { 'content-type': 'a', 'content-length': '1', 'x-only': 'here' }),
    ]),
  ).toEqual({
    status: 200,
    headers: { 'content-type': 'a', 'set-cookie': ['a=1', 'b=1', 'c=1'] },
    body: '[1,2,3]',
  });
});
