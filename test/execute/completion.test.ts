import { describe, expect, test } from '@jest/globals';
import { listen } from '../harness/listen.ts';
import { federateReused } from '../harness/reused-federation.ts';

const sdl = `
  scalar Any
  enum Colour { RED GREEN HIDDEN @inaccessible }
  interface Named { name: String }
  type Cat implements Named { name: String lives: Int }
  type Ghost implements Named @inaccessible { name: String }
  union Pet = Cat | Box
  type Box { name: String! inner: Box sure: Box! list: [Box!] deep: [[Box!]!] }
  type Query {
    int: Int float: Float string: String boolean: Boolean id: ID any: Any colour: Colour
    ints: [Int] sure: [Int!] colours: [Colour]
    named: Named pets: [Pet] box: Box must: Int! musts: [Int!]!
    secret: String
  }`;

const answering = (data: unknown) =>
  federateReused({ subgraphs: { a: { sdl, answer: () => ({ data }) } } });

const malformed = (message: string, ...path: (string | number)[]) => ({
  message,
  path,
  extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE' },
});

async function expectBody(query: string, data: unknown, body: unknown): Promise<void> {
  await using federation = await answering(data);
  const reply = await federation.send(query);
  expect(reply.body).toEqual(body);
}

describe('Values that a subgraph may answer', () => {
  test.each([
    ['int', 2147483647],
    ['int', -2147483648],
    ['int', 0],
    ['float', 1.5],
    ['float', 3],
    ['string', ''],
    ['boolean', false],
    ['id', 'x'],
    ['any', { a: [1, null, { b: false }] }],
    ['colour', 'GREEN'],
    ['ints', [1, null, 2]],
    ['ints', []],
    ['colours', ['RED', null]],
  ])('%s: %j passes as it is', async (field, value) => {
    await expectBody(`{ ${field} }`, { [field]: value }, { data: { [field]: value } });
  });

  test('a number for an ID becomes text', async () => {
    await expectBody('{ id }', { id: 12 }, { data: { id: '12' } });
  });

  test.each([
    ['int', 'Int', 2147483648],
    ['int', 'Int', -2147483649],
    ['int', 'Int', 1.5],
    ['int', 'Int', '1'],
    ['int', 'Int', true],
    ['int', 'Int', [1]],
    ['float', 'Float', '1.5'],
    ['string', 'String', 7],
    ['string', 'String', { length: 1 }],
    ['boolean', 'Boolean', 1],
    ['boolean', 'Boolean', 'true'],
    ['id', 'ID', 1.5],
    ['id', 'ID', true],
    ['colour', 'Colour', 'BLUE'],
    ['colour', 'Colour', 'HIDDEN'],
    ['colour', 'Colour', 'toString'],
    ['colour', 'Colour', 0],
  ])('%s: no %s is %j', async (field, type, value) => {
    await expectBody(
      `{ key: ${field} }`,
      { key: value },
      {
        errors: [malformed(`Expected a value of type ${type} for Query.${field}`, 'key')],
        data: { key: null },
      },
    );
  });

  test('a number beyond the largest is no Float', async () => {
    await using server = await listen((_, response) => response.end('{"data":{"float":1e400}}'));
    await using federation = await federateReused({ subgraphs: { a: { sdl, url: server.url } } });
    const reply = await federation.send('{ float }');
    expect(reply.body).toEqual({
      errors: [malformed('Expected a value of type Float for Query.float', 'float')],
      data: { float: null },
    });
  });

  test('an object is no list, a list no object, and text neither', async () => {
    await expectBody(
      '{ ints box { name } pets { __typename } named { name } sure }',
      { ints: { 0: 1 }, box: [{ name: 'a' }], pets: 'Cat', named: 'Cat', sure: 1 },
      {
        errors: [
          malformed('Expected a list for Query.ints', 'ints'),
          malformed('Expected an object for Query.box', 'box'),
          malformed('Expected a list for Query.pets', 'pets'),
          malformed('Expected an object for Query.named', 'named'),
          malformed('Expected a list for Query.sure', 'sure'),
        ],
        data: { ints: null, box: null, pets: null, named: null, sure: null },
      },
    );
  });

  test('an object of an abstract type has to name a type of it that clients may know', async () => {
    const unknown = (index: number) =>
      malformed('Expected an object of a known type for Query.pets', 'pets', index);
    await expectBody(
      '{ pets { ... on Cat { name } } named { name } }',
      {
        pets: [
          { __typename: 'Cat', name: 'Tom' },
          { name: 'Tom' },
          { __typename: 'Dog', name: 'Rex' },
          { __typename: 'Query', name: 'Q' },
          { __typename: 7 },
          { __typename: '__proto__' },
          { __typename: 'Box', name: 'B' },
        ],
        named: { __typename: 'Ghost', name: 'Boo' },
      },
      {
        errors: [
          ...[1, 2, 3, 4, 5].map(unknown),
          malformed('Expected an object of a known type for Query.named', 'named'),
        ],
        data: { pets: [{ name: 'Tom' }, null, null, null, null, null, {}], named: null },
      },
    );
  });

  test('what was not selected does not get out', async () => {
    await expectBody(
      '{ box { name } pets { ... on Cat { name } } }',
      {
        secret: 'x',
        box: { name: 'a', secret: 'x', inner: { name: 'x' } },
        pets: [{ __typename: 'Cat', name: 'Tom', lives: 9, secret: 'x' }],
      },
      { data: { box: { name: 'a' }, pets: [{ name: 'Tom' }] } },
    );
  });

  test('a field that is missing is an error, not a null', async () => {
    await expectBody(
      '{ int box { name inner { name } } }',
      { box: { inner: {} } },
      {
        errors: [
          malformed('No value came for Query.int', 'int'),
          malformed('No value came for Box.name', 'box', 'name'),
        ],
        data: { int: null, box: null },
      },
    );
  });
});

describe('A null that may not be', () => {
  const nonNull = (field: string, ...path: (string | number)[]) =>
    malformed(`Cannot return null for non-nullable field ${field}`, ...path);
  const box = { name: 'b' };

  test('nulls the object', async () => {
    await expectBody(
      '{ int box { name inner { name } } }',
      { int: 1, box: { name: 'a', inner: { name: null } } },
      {
        errors: [nonNull('Box.name', 'box', 'inner', 'name')],
        data: { int: 1, box: { name: 'a', inner: null } },
      },
    );
  });

  test('nulls every object up to one that may be null', async () => {
    await expectBody(
      '{ box { inner { sure { sure { name } } } } }',
      { box: { inner: { sure: { sure: { name: null } } } } },
      {
        errors: [nonNull('Box.name', 'box', 'inner', 'sure', 'sure', 'name')],
        data: { box: { inner: null } },
      },
    );
  });

  test('nulls the list of items that may not be null', async () => {
    await expectBody(
      '{ box { list { name } deep { name } } sure }',
      { box: { list: [box, { name: null }], deep: [[box], [box, null]] }, sure: [1, null, 3] },
      {
        errors: [
          nonNull('Box.name', 'box', 'list', 1, 'name'),
          nonNull('Box.deep', 'box', 'deep', 1, 1),
          nonNull('Query.sure', 'sure', 1),
        ],
        data: { box: { list: null, deep: null }, sure: null },
      },
    );
  });

  test('nulls the item where items may be null', async () => {
    await expectBody(
      '{ pets { ... on Box { name } } }',
      {
        pets: [
          { __typename: 'Box', name: null },
          { __typename: 'Box', name: 'b' },
        ],
      },
      {
        errors: [nonNull('Box.name', 'pets', 0, 'name')],
        data: { pets: [null, { name: 'b' }] },
      },
    );
  });

  test.each([
    ['{ int must }', { int: 1, must: null }, nonNull('Query.must', 'must')],
    ['{ int musts }', { int: 1, musts: [1, null] }, nonNull('Query.musts', 'musts', 1)],
    [
      '{ int must }',
      { int: 1, must: 'x' },
      malformed('Expected a value of type Int for Query.must', 'must'),
    ],
  ])('at the root nulls the data: %s of %j', async (query, data, error) => {
    await expectBody(query, data, { errors: [error], data: null });
  });
});
