import { describe, expect, test } from '@jest/globals';
import { federate, send } from '../harness/federation.ts';

const sdl = `type Query { product(id: ID!, size: Size): Product echo(value: Int): Int }
  input Size { width: Int! } type Product { id: ID! name: String parent: Product }
  type Mutation { save: Int } type Subscription { saved: Int }`;

const start = (graphql: object = {}) =>
  federate({
    config: { graphql },
    subgraphs: {
      a: {
        sdl,
        resolvers: {
          Query: {
            product: () => ({ id: '1' }),
            echo: (_: never, { value }: { value: number }) => value,
          },
          Mutation: { save: () => 1 },
        },
      },
    },
  });

const refusal = (code: string, message: string, ...places: [number, number][]) => ({
  message,
  ...(places.length > 0 && { locations: places.map(([line, column]) => ({ line, column })) }),
  extensions: { code },
});

async function expectRefused(body: object, status: number, errors: object[], graphql = {}) {
  await using federation = await start(graphql);
  const reply = await send(federation.gateway.url, body);
  expect(reply.body).toEqual({ errors });
  expect(reply.status).toBe(status);
  expect(federation.subgraphs['a']?.requests).toEqual([]);
}

describe('A document is refused', () => {
  test('that is no GraphQL', async () => {
    await expectRefused({ query: '{\n  product(' }, 400, [
      refusal('GRAPHQL_PARSE_FAILED', 'Syntax Error: Expected Name, found <EOF>.', [2, 11]),
    ]);
  });

  test('that is empty', async () => {
    await expectRefused({ query: ' # nothing' }, 400, [
      refusal('GRAPHQL_PARSE_FAILED', 'Syntax Error: Unexpected <EOF>.', [1, 11]),
    ]);
  });

  test('that has several faults, all of which are told', async () => {
    const query = 'query ($a: Int) {\n  nope\n  product { name }\n  echo(value: "x")\n}';
    const code = 'GRAPHQL_VALIDATION_FAILED';
    await expectRefused({ query }, 400, [
      refusal(code, 'Cannot query field "nope" on type "Query".', [2, 3]),
      refusal(
        code,
        'Field "product" argument "id" of type "ID!" is required, but it was not provided.',
        [3, 3],
      ),
      refusal(code, 'Int cannot represent non-integer value: "x"', [4, 15]),
      refusal(code, 'Variable "$a" is never used.', [1, 8]),
    ]);
  });

  test('that only defines, and asks nothing', async () => {
    await expectRefused({ query: 'fragment F on Query { __typename }' }, 400, [
      refusal('GRAPHQL_VALIDATION_FAILED', 'Fragment "F" is never used.', [1, 1]),
    ]);
    await expectRefused({ query: 'type A { b: Int }' }, 400, [
      refusal('GRAPHQL_VALIDATION_FAILED', 'The "A" definition is not executable.', [1, 1]),
    ]);
  });

  test('that asks for what belongs to federation', async () => {
    await expectRefused({ query: '{ _service { sdl } }' }, 400, [
      refusal(
        'GRAPHQL_VALIDATION_FAILED',
        'Cannot query field "_service" on type "Query".',
        [1, 3],
      ),
    ]);
  });

  test('that puts the alias __typename on another field', async () => {
    await expectRefused({ query: '{ product(id: 1) { __typename: name } }' }, 400, [
      refusal(
        'GRAPHQL_VALIDATION_FAILED',
        'The alias "__typename" is reserved and cannot stand for "name"',
        [1, 20],
      ),
    ]);
  });

  test.each([
    ['selections', `${'{a'.repeat(20_000)}`],
    ['lists', `{ echo(value: ${'['.repeat(20_000)}`],
    ['types', `query ($a: ${'['.repeat(20_000)}`],
  ])('whose %s are nested too deeply, in our own words', async (_, query) => {
    await expectRefused({ query }, 400, [
      refusal('GRAPHQL_PARSE_FAILED', 'The document is nested too deeply'),
    ]);
  });

  test.each([2_500, 4_000])(
    'that is well-formed, but at depth %i too deep to be checked or planned',
    async (depth) => {
      await using federation = await start();
      const query = `{ product(id: 1) ${'{ parent '.repeat(depth)}{ id }${'}'.repeat(depth)} }`;
      const reply = await federation.send(query);
      const { errors, data } = reply.body as { errors: { message: string }[]; data?: unknown };
      expect(data).toBeUndefined();
      expect(errors.map(({ message }) => message)).toEqual(['The document is nested too deeply']);
      expect(reply.status).toBe(400);
      const next = await federation.send('{ echo(value: 1) }');
      expect(next.body).toEqual({ data: { echo: 1 } });
    },
  );
});

describe('The operation to run', () => {
  const query = 'query A { echo(value: 1) } query B { echo(value: 2) } mutation C { save }';

  test('is the one that is named', async () => {
    await using federation = await start();
    const { url } = federation.gateway;
    const b = await send(url, { query, operationName: 'B' });
    expect(b.body).toEqual({ data: { echo: 2 } });
    const c = await send(url, { query, operationName: 'C' });
    expect(c.body).toEqual({ data: { save: 1 } });
    const single = await send(url, { query: 'query A { echo(value: 3) }', operationName: 'A' });
    expect(single.body).toEqual({ data: { echo: 3 } });
  });

  test('has to be named where there are several', async () => {
    await expectRefused({ query }, 400, [
      refusal(
        'OPERATION_RESOLUTION_FAILURE',
        'The document has several operations: name one in operationName',
      ),
    ]);
  });

  test.each([
    [query, 'D'],
    [query, 'constructor'],
    ['{ echo(value: 1) }', 'A'],
  ])('has to be there: %s has no %s', async (text, operationName) => {
    await expectRefused({ query: text, operationName }, 400, [
      refusal(
        'OPERATION_RESOLUTION_FAILURE',
        `The document has no operation named "${operationName}"`,
      ),
    ]);
  });

  test('is no mutation over GET', async () => {
    await using federation = await start();
    const address = `${federation.gateway.url}?query=${encodeURIComponent(query)}`;
    const headers = { 'apollo-require-preflight': 'true' };
    const refused = await fetch(`${address}&operationName=C`, { headers });
    expect(await refused.json()).toEqual({
      errors: [
        refusal(
          'MUTATION_NOT_ALLOWED_OVER_HTTP_GET',
          'A GET request may only query: send mutations with POST',
        ),
      ],
    });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('POST');
    const taken = await fetch(`${address}&operationName=A`, { headers });
    expect(await taken.json()).toEqual({ data: { echo: 1 } });
    expect(federation.subgraphs['a']?.requests).toHaveLength(1);
  });

  test('is no subscription over plain HTTP', async () => {
    await expectRefused({ query: 'subscription { saved }' }, 406, [
      refusal(
        'SUBSCRIPTIONS_TRANSPORT_NOT_SUPPORTED',
        'Subscriptions are not served over this transport',
      ),
    ]);
  });

  test.each([
    ['{ __schema { types { name } } }', '__schema'],
    ['{ echo(value: 1) ...F } fragment F on Query { x: __type(name: "Query") { name } }', '__type'],
  ])('is no introspection where that is disabled: %s', async (text, field) => {
    const message = `Introspection is disabled: "${field}" cannot be asked for`;
    const errors = [refusal('INTROSPECTION_DISABLED', message)];
    await expectRefused({ query: text }, 400, errors, { introspection: false });
  });

  test('may still ask for __typename where introspection is disabled', async () => {
    await using federation = await start({ introspection: false });
    const reply = await federation.send('{ __typename }');
    expect(reply.body).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('Variables are refused', () => {
  test.each([
    [{}, 'Variable "$id" of required type "ID!" was not provided.'],
    [{ id: null }, 'Variable "$id" of non-null type "ID!" must not be null.'],
    [
      { id: { a: 1 } },
      'Variable "$id" got invalid value { a: 1 }; ID cannot represent value: { a: 1 }',
    ],
  ])('that do not fit: %j', async (variables, message) => {
    const query = 'query ($id: ID!) { product(id: $id) { id } }';
    await expectRefused({ query, variables }, 400, [refusal('BAD_USER_INPUT', message, [1, 8])]);
  });

  test('all at once, with the place in an input', async () => {
    const query = 'query ($id: ID!, $size: Size) { product(id: $id, size: $size) { id } }';
    const variables = { size: { width: 'w', height: 1 } };
    await expectRefused({ query, variables }, 400, [
      refusal('BAD_USER_INPUT', 'Variable "$id" of required type "ID!" was not provided.', [1, 8]),
      refusal(
        'BAD_USER_INPUT',
        'Variable "$size" got invalid value "w" at "size.width"; Int cannot represent non-integer value: "w"',
        [1, 18],
      ),
      refusal(
        'BAD_USER_INPUT',
        'Variable "$size" got invalid value { width: "w", height: 1 }; Field "height" is not defined by type "Size".',
        [1, 18],
      ),
    ]);
  });
});
