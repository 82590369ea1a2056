import { hash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { federate, send } from '../harness/federation.ts';

const start = (graphql: object = {}) =>
  federate({
    config: { graphql },
    subgraphs: {
      a: {
        sdl: 'type Query { one: Int two: Int }',
        resolvers: { Query: { one: () => 1, two: () => 2 } },
      },
    },
  });

const sha256 = (text: string) => hash('sha256', text, 'hex');
const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
const refusal = (code: string, message: string) => ({
  errors: [{ message, extensions: { code } }],
});
const notFound = refusal('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');

describe('Automatic persisted queries', () => {
  const query = '{ one }';
  const extensions = persisted(sha256(query));

  test('are not found, then registered with their text, then found', async () => {
    await using federation = await start();
    const { url } = federation.gateway;
    const unknown = await send(url, { extensions });
    expect(unknown.body).toEqual(notFound);
    expect(unknown.status).toBe(200);
    const registered = await send(url, { query, extensions });
    expect(registered.body).toEqual({ data: { one: 1 } });
    const known = await send(url, { extensions });
    expect(known.body).toEqual({ data: { one: 1 } });
    const upperCase = await send(url, { extensions: persisted(sha256(query).toUpperCase()) });
    expect(upperCase.body).toEqual({ data: { one: 1 } });
  });

  test('are found over GET', async () => {
    await using federation = await start();
    const { url } = federation.gateway;
    const address = `${url}?extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
    const headers = { 'apollo-require-preflight': 'true' };
    const unknown = await fetch(address, { headers });
    expect(await unknown.json()).toEqual(notFound);
    await send(url, { query, extensions });
    const known = await fetch(address, { headers });
    expect(await known.json()).toEqual({ data: { one: 1 } });
  });

  test('under a hash that is not theirs are refused and not kept', async () => {
    await using federation = await start();
    const { url } = federation.gateway;
    const refused = await send(url, { query: '{ two }', extensions });
    expect(refused.body).toEqual(
      refusal(
        'PERSISTED_QUERY_HASH_MISMATCH',
        'The hash of the persisted query is not that of its text',
      ),
    );
    expect(refused.status).toBe(400);
    const after = await send(url, { extensions });
    expect(after.body).toEqual(notFound);
  });

  test.each([
    [{ version: 2, sha256Hash: sha256(query) }, 'Unsupported persisted query version'],
    [{ sha256Hash: sha256(query) }, 'Unsupported persisted query version'],
    ['x', 'Unsupported persisted query version'],
    [{ version: 1, sha256Hash: 'abc' }, 'persistedQuery.sha256Hash is not a SHA-256 hash'],
    [{ version: 1 }, 'persistedQuery.sha256Hash is not a SHA-256 hash'],
    [{ version: 1, sha256Hash: ['a'] }, 'persistedQuery.sha256Hash is not a SHA-256 hash'],
  ])('of another shape are refused: %j', async (persistedQuery, message) => {
    await using federation = await start();
    const reply = await send(federation.gateway.url, { query, extensions: { persistedQuery } });
    expect(reply.body).toEqual(refusal('BAD_REQUEST', message));
    expect(reply.status).toBe(400);
  });

  test('are not supported where they are disabled, but a text that comes along is taken', async () => {
    await using federation = await start({ persistedQueries: { enabled: false } });
    const { url } = federation.gateway;
    const unsupported = refusal('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
    const alone = await send(url, { extensions });
    expect(alone.body).toEqual(unsupported);
    expect(alone.status).toBe(200);
    const withText = await send(url, { query, extensions });
    expect(withText.body).toEqual({ data: { one: 1 } });
    const again = await send(url, { extensions });
    expect(again.body).toEqual(unsupported);
  });

  test('are forgotten when their memory is full, and can be sent again', async () => {
    await using federation = await start({ persistedQueries: { size: '200B' } });
    const { url } = federation.gateway;
    const long = `{ two ${'#'.repeat(90)}\n}`;
    await send(url, { query, extensions });
    await send(url, { query: long, extensions: persisted(sha256(long)) });
    const forgotten = await send(url, { extensions });
    expect(forgotten.body).toEqual(notFound);
    await send(url, { query, extensions });
    const known = await send(url, { extensions });
    expect(known.body).toEqual({ data: { one: 1 } });
  });
});
