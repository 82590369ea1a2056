import { describe, expect, test } from '@jest/globals';
import { federate, send } from '../harness/federation.ts';
import {
  apolloManifest,
  sha256,
  type TrustedOptions,
  type TrustedWorkplace,
  trusted,
} from './trusted-workplace.ts';

const one = 'query One {\n  one\n}';
const two = 'query Two { two }';
const buy = 'mutation Buy { buy }';
const items = 'query Items { item { item { name } } }';

const manifests = {
  'web.json': apolloManifest([
    { id: sha256(one), body: one },
    { id: 'two', body: two },
    { id: 'scoped', body: one },
    { id: 'scoped', body: two, clientName: 'web' },
    { id: 'web-only', body: two, clientName: 'web' },
    { id: 'items', body: items },
  ]),
  'relay.json': JSON.stringify({
    'relay-1': two,
    buy,
    add: 'query ($b: [Int!]) { add(a: 1, b: $b) }',
  }),
};

const start = (options: Omit<TrustedOptions, 'manifests'> = {}) =>
  trusted({ manifests, ...options });

const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
const failure = (code: string, message: string) => ({
  errors: [{ message, extensions: { code } }],
});
const notInList = failure(
  'PERSISTED_QUERY_NOT_IN_LIST',
  'There is no document with this id in the list of trusted documents',
);
const notBoth = failure(
  'CANNOT_SEND_PQ_ID_AND_BODY',
  'A request has the id of a document, or a text: not both',
);
const notInSafelist = failure(
  'QUERY_NOT_IN_SAFELIST',
  'The document is not in the list of trusted documents',
);
const idRequired = failure(
  'PERSISTED_QUERY_ID_REQUIRED',
  'Documents are asked for by their id: texts are not accepted',
);

async function ask({ gateway }: TrustedWorkplace, body: unknown, headers = {}) {
  const reply = await send(gateway.url, body, headers);
  return [reply.status, reply.body] as const;
}

const count = (place: TrustedWorkplace, outcome: string) =>
  place.metric(`gatehouse_trusted_document_requests_total{outcome="${outcome}"}`);

describe('a document is found by its id', () => {
  test.each(['open', 'audit', 'safelist', 'idOnly'] as const)('in mode %s', async (mode) => {
    await using place = await start({ mode });
    const ways: readonly (readonly [body: object, data: object])[] = [
      [{ documentId: 'two' }, { two: 2 }],
      [{ documentId: 'relay-1', query: undefined }, { two: 2 }],
      [{ extensions: persisted(sha256(one)) }, { one: 1 }],
      // Which need not be a SHA-256.
      [{ extensions: persisted('two') }, { two: 2 }],
      [{ documentId: `sha256:${sha256(one)}` }, { one: 1 }],
      [{ documentId: 'two', extensions: persisted('two') }, { two: 2 }],
    ];
    for (const [body, data] of ways) expect(await ask(place, body)).toEqual([200, { data }]);
    expect(await count(place, 'found')).toBe(ways.length);
    const [line] = await place.logged('request');
    expect(line).toMatchObject({ trustedDocument: 'two', operation: 'Two' });
  });

  test('by GET, at an address that stands for it, and a mutation only by POST', async () => {
    await using place = await start({ mode: 'idOnly' });
    const { url } = place.gateway;
    const replies = await Promise.all([
      fetch(`${url}?documentId=add&variables=${encodeURIComponent('{"b":[1]}')}`),
      fetch(`${url}?extensions=${encodeURIComponent(JSON.stringify(persisted('two')))}`),
    ]);
    expect(await Promise.all(replies.map((reply) => reply.json()))).toEqual([
      { data: { add: 1 } },
      { data: { two: 2 } },
    ]);
    const vary = 'Accept, Apollographql-Client-Name, GraphQL-Client-Name';
    expect(replies.map(({ headers }) => headers.get('vary'))).toEqual([vary, vary]);
    const mutation = await fetch(`${url}?documentId=buy`);
    expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await mutation.json()).toMatchObject({
      errors: [{ extensions: { code: 'MUTATION_NOT_ALLOWED_OVER_HTTP_GET' } }],
    });
    expect(await ask(place, { documentId: 'buy' })).toEqual([200, { data: { buy: 3 } }]);
    const twice = await fetch(`${url}?documentId=two&documentId=one`);
    expect([twice.status, await twice.json()]).toEqual([
      400,
      failure('BAD_REQUEST', '`documentId` is given more than once'),
    ]);
  });

  test('for a client by its name, else for all', async () => {
    await using place = await start();
    const asked = (id: string, headers = {}) => ask(place, { documentId: id }, headers);
    const web = { 'apollographql-client-name': 'web' };
    expect(await asked('scoped')).toEqual([200, { data: { one: 1 } }]);
    expect(await asked('scoped', { 'apollographql-client-name': 'ios' })).toEqual([
      200,
      { data: { one: 1 } },
    ]);
    expect(await asked('scoped', web)).toEqual([200, { data: { two: 2 } }]);
    expect(await asked('web-only', web)).toEqual([200, { data: { two: 2 } }]);
    expect(await asked('web-only', { 'graphql-client-name': 'web' })).toEqual([
      200,
      { data: { two: 2 } },
    ]);
    expect(await asked('web-only')).toEqual([404, notInList]);
    const both = { 'apollographql-client-name': 'ios', 'graphql-client-name': 'web' };
    expect(await asked('web-only', both)).toEqual([404, notInList]);
  });

  test('and is checked like any other: variables, and the schema', async () => {
    const gone = { 'gone.json': apolloManifest([{ id: 'gone', body: '{ gone }' }]) };
    await using place = await trusted({ manifests: { ...manifests, ...gone } });
    expect(await ask(place, { documentId: 'add', variables: { b: 'x' } })).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    ]);
    expect(await ask(place, { documentId: 'gone' })).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ]);
  });
});

describe('an id that is not listed', () => {
  test.each(['safelist', 'idOnly', 'audit', 'open'] as const)('is 404 in mode %s', async (mode) => {
    await using place = await start({ mode });
    const { status, headers, body } = await send(
      place.gateway.url,
      { documentId: 'nope' },
      { accept: 'application/json', 'apollographql-client-name': 'web' },
    );
    expect([status, body]).toEqual([404, notInList]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await ask(place, { extensions: persisted('nope') })).toEqual([404, notInList]);
    expect(await ask(place, { documentId: '' })).toEqual([404, notInList]);
    expect(await count(place, 'not_found')).toBe(3);
    const [line] = await place.logged('request');
    expect(line).toMatchObject({
      code: 'PERSISTED_QUERY_NOT_IN_LIST',
      documentId: 'nope',
      client: 'web',
    });
  });

  test('may be that of an automatic persisted query, where these are enabled', async () => {
    await using place = await start();
    const text = '{ one two }';
    const extensions = persisted(sha256(text));
    expect(await ask(place, { extensions })).toEqual([
      200,
      failure('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound'),
    ]);
    const answered = [200, { data: { one: 1, two: 2 } }];
    expect(await ask(place, { query: text, extensions })).toEqual(answered);
    expect(await ask(place, { extensions })).toEqual(answered);
    expect(await ask(place, { documentId: sha256(text) })).toEqual([404, notInList]);
  });

  test('is 404 where they are not', async () => {
    await using place = await start({ graphql: { persistedQueries: { enabled: false } } });
    const ids = [persisted(sha256('{ one }')), persisted('nope')];
    for (const extensions of ids)
      expect(await ask(place, { extensions })).toEqual([404, notInList]);
  });
});

describe('a request with an id', () => {
  test('has no text beside it, except to register an automatic persisted query', async () => {
    for (const mode of ['open', 'audit', 'safelist', 'idOnly'] as const) {
      await using place = await start({ mode });
      expect(await ask(place, { query: two, documentId: 'two' })).toEqual([400, notBoth]);
      const extensions = persisted(sha256(two));
      const mayRegister = mode === 'open' || mode === 'audit';
      expect(await ask(place, { query: two, extensions })).toEqual(
        mayRegister ? [200, { data: { two: 2 } }] : [400, notBoth],
      );
      expect(await count(place, 'refused')).toBe(mayRegister ? 1 : 2);
    }
  });

  test.each([
    [
      { documentId: 'one', extensions: persisted('two') },
      'documentId and persistedQuery.sha256Hash are not the same',
    ],
    [{ documentId: 7 }, '`documentId` is not a string'],
    [{ documentId: ['two'] }, '`documentId` is not a string'],
    [{ documentId: null }, 'The request has no `query`'],
    [{}, 'The request has no `query`'],
    [
      { extensions: { persistedQuery: { version: 2, sha256Hash: 'two' } } },
      'Unsupported persisted query version',
    ],
    [
      { extensions: { persistedQuery: { version: 1, sha256Hash: 7 } } },
      'persistedQuery.sha256Hash is not a SHA-256 hash',
    ],
  ])('that is not right is refused: %j', async (body, message) => {
    await using place = await start({ mode: 'idOnly' });
    expect(await ask(place, body)).toEqual([400, failure('BAD_REQUEST', message)]);
  });

  test('is one without a text, where no documents are trusted', async () => {
    const sdl = 'type Query { one: Int }';
    const resolvers = { Query: { one: () => 1 } };
    await using federation = await federate({ subgraphs: { a: { sdl, resolvers } } });
    const { url } = federation.gateway;
    const alone = await send(url, { documentId: 'two' });
    expect([alone.status, alone.body]).toEqual([
      400,
      failure('BAD_REQUEST', 'The request has no "query"'),
    ]);
    expect((await send(url, { query: '{ one }', documentId: 'two' })).body).toEqual({
      data: { one: 1 },
    });
    const metrics = await (await fetch(`${federation.gateway.adminUrl}/metrics`)).text();
    expect(metrics).not.toMatch(/trusted_?document/i);
  });
});

describe('a text', () => {
  const schema = '{ __schema { queryType { name } } }';
  const itself = { data: { __schema: { queryType: { name: 'Query' } } } };

  test('is taken whatever it is in mode open', async () => {
    await using place = await start();
    expect(await ask(place, { query: '{ one two }' })).toEqual([200, { data: { one: 1, two: 2 } }]);
    expect(await count(place, 'found')).toBeUndefined();
  });

  test('is taken in mode audit, and told of where it is not listed', async () => {
    await using place = await start({ mode: 'audit' });
    const query = 'query Mine { one two }';
    const headers = { 'apollographql-client-name': 'ios' };
    expect(await ask(place, { query, operationName: 'Mine' }, headers)).toEqual([
      200,
      { data: { one: 1, two: 2 } },
    ]);
    expect(await ask(place, { query: `# spelled otherwise\n${one}` })).toEqual([
      200,
      { data: { one: 1 } },
    ]);
    expect(await ask(place, { query: schema })).toEqual([200, itself]);
    expect(await count(place, 'unlisted')).toBe(1);
    expect(await count(place, 'found')).toBe(1);
    const told = 'A text was sent that is not a trusted document';
    await place.logged('request', 3);
    expect(place.log.filter(({ msg }) => msg === told)).toMatchObject([
      {
        level: 'warn',
        hash: sha256(query),
        text: query,
        operationName: 'Mine',
        client: 'ios',
        requestId: expect.any(String),
      },
    ]);
  });

  test('of a persisted query is told of in mode audit, too', async () => {
    await using place = await start({ mode: 'audit' });
    const query = '{ one two }';
    const extensions = persisted(sha256(query));
    await ask(place, { query, extensions });
    await ask(place, { extensions });
    expect(await count(place, 'unlisted')).toBe(2);
  });

  test('has to be listed in mode safelist, in whatever spelling', async () => {
    await using place = await start({ mode: 'safelist' });
    await place.logged('Trusted documents were planned');
    expect(await ask(place, { query: one })).toEqual([200, { data: { one: 1 } }]);
    expect(await ask(place, { query: 'query One,{ one } # mine' })).toEqual([
      200,
      { data: { one: 1 } },
    ]);
    expect(await count(place, 'found')).toBe(2);
    for (const query of ['{ one }', 'query One { one two }', '{ nope }', '{', '']) {
      expect(await ask(place, { query }, { accept: 'application/json' })).toEqual([
        403,
        notInSafelist,
      ]);
    }
    expect(await count(place, 'refused')).toBe(5);
    expect(place.subgraphs['shop']?.requests).toHaveLength(2);
    // All spellings are one document, which was planned before.
    expect(await place.metric('gatehouse_document_cache_requests_total{result="hit"}')).toBe(2);
    expect(await place.metric('gatehouse_plan_cache_requests_total{result="hit"}')).toBe(2);
  });

  test('is not taken at all in mode idOnly', async () => {
    await using place = await start({ mode: 'idOnly' });
    for (const query of [one, '{ one }', '{', buy]) {
      expect(await ask(place, { query }, { accept: 'application/json' })).toEqual([
        400,
        idRequired,
      ]);
    }
    expect(await count(place, 'refused')).toBe(4);
    expect(place.subgraphs['shop']?.requests).toEqual([]);
  });

  test.each([
    ['safelist', notInSafelist, 403],
    ['idOnly', idRequired, 400],
  ] as const)(
    'that asks for the schema passes in mode %s where that may be asked',
    async (mode, refused, status) => {
      await using place = await start({ mode });
      expect(await ask(place, { query: schema })).toEqual([200, itself]);
      expect(await ask(place, { query: '{ __schema { queryType { name } } one }' })).toEqual([
        status,
        refused,
      ]);
      expect(await ask(place, { query: '{ __schema: one }' })).toEqual([status, refused]);
      await using closed = await start({ mode, graphql: { introspection: false } });
      expect(await ask(closed, { query: schema })).toEqual([status, refused]);
    },
  );

  test('that is long is refused before it is read', async () => {
    const limits = { tokens: 20 };
    await using place = await start({
      mode: 'safelist',
      graphql: { limits },
    });
    const [status, body] = await ask(place, { query: `{ ${'one '.repeat(50)}` });
    expect([status, body]).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'TOKEN_LIMIT_EXCEEDED' } }] },
    ]);
  });
});

test('the operations of a batch are looked at one by one', async () => {
  await using place = await start({
    mode: 'safelist',
    graphql: { batching: { enabled: true } },
  });
  const batch = [
    { documentId: 'two' },
    { query: '{ two }' },
    { documentId: 'nope' },
    { query: one },
    { query: one, documentId: 'two' },
  ];
  expect(await ask(place, batch)).toEqual([
    200,
    [{ data: { two: 2 } }, notInSafelist, notInList, { data: { one: 1 } }, notBoth],
  ]);
});
