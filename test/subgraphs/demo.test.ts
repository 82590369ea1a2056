import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { startDemo, startSubgraph } from '../../subgraphs/demo.ts';
import { listen } from '../harness/listen.ts';
import { ask, never } from './ask.ts';

describe('the demo', () => {
  test('serves every subgraph, and each tells its own schema', async () => {
    await using demo = await startDemo();
    expect(demo.subgraphs.map(({ name, role }) => [name, role])).toEqual([
      ['catalog-query', 'query'],
      ['catalog-command', 'command'],
      ['orders-query', 'query'],
      ['orders-command', 'command'],
      ['accounts-query', 'query'],
      ['reviews-query', 'query'],
      ['reviews-command', 'command'],
    ]);
    for (const { name, url, sdl } of demo.subgraphs) {
      const file = new URL(`../../subgraphs/${name}/schema.graphql`, import.meta.url);
      expect(sdl).toBe(await readFile(file, 'utf8'));
      const told = await ask(url, '{ _service { sdl } }');
      expect(told).toMatchObject({ data: { _service: { sdl: expect.stringContaining('@link') } } });
    }
  });

  test('serves query subgraphs without mutations and command subgraphs with stubs alone', async () => {
    await using demo = await startDemo();
    const roots = '{ __schema { queryType { fields { name } } mutationType { name } } }';
    for (const { role, url } of demo.subgraphs) {
      const answer = (await ask(url, roots)) as {
        data: { __schema: { queryType: { fields: { name: string }[] }; mutationType: unknown } };
      };
      const { queryType, mutationType } = answer.data.__schema;
      const fields = queryType.fields.map(({ name }) => name).sort();
      if (role === 'query') expect(mutationType).toBeNull();
      else
        expect([mutationType, fields]).toEqual([{ name: 'Mutation' }, ['_entities', '_service']]);
    }
  });

  test('starts twice side by side, and what one is told the other never hears', async () => {
    await using first = await startDemo();
    await using second = await startDemo();
    const url = (demo: typeof first, name: string) =>
      demo.subgraphs.find((one) => one.name === name)?.url ?? '';
    const ship = 'mutation { shipOrder(id: "o-2") { id } }';
    expect(await ask(url(first, 'orders-command'), ship)).toEqual({
      data: { shipOrder: { id: 'o-2' } },
    });
    const status = '{ order(id: "o-2") { status } }';
    expect(await ask(url(first, 'orders-query'), status)).toEqual({
      data: { order: { status: 'SHIPPED' } },
    });
    expect(await ask(url(second, 'orders-query'), status)).toEqual({
      data: { order: { status: 'PLACED' } },
    });
  });

  test('gives up the start when its signal aborts', async () => {
    const reason = new Error('Stopped');
    await expect(startDemo({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('a subgraph', () => {
  test('does not start on a port that is taken', async () => {
    await using taken = await listen(() => {});
    const start = startSubgraph('accounts-query', { port: taken.port }, never());
    await expect(start).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('ends its connections when it is disposed', async () => {
    const subgraph = await startSubgraph('accounts-query', {}, never());
    const waiting = request(subgraph.url, { method: 'POST' });
    const ended = Promise.withResolvers<unknown>();
    waiting.on('error', ended.resolve);
    const connected = Promise.withResolvers<void>();
    waiting.on('socket', (socket) => socket.once('connect', () => connected.resolve()));
    waiting.write('{');
    await connected.promise;
    await ask(subgraph.url, '{ __typename }');
    await subgraph[Symbol.asyncDispose]();
    expect(await ended.promise).toMatchObject({ code: 'ECONNRESET' });
    await expect(fetch(subgraph.url)).rejects.toThrow('fetch failed');
  });

  test.each([
    ['/graphql', 'POST', '{"query":', 400],
    ['/graphql', 'POST', ' '.repeat(1_048_577), 400],
    ['/other', 'POST', '{}', 404],
    ['//', 'GET', undefined, 400],
  ])('answers %s %s with no more than a status when there is nothing to run', async (...given) => {
    const [path, method, body, status] = given;
    await using subgraph = await startSubgraph('accounts-query', {}, never());
    const headers = { 'content-type': 'application/json' };
    const url = subgraph.url.replace(/\/graphql$/, path);
    const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    expect([response.status, await response.text()]).toEqual([status, '']);
    expect(await ask(subgraph.url, '{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  });
});
