import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';
import type { SeenRequest } from '../harness/subgraph.ts';

const sdl = `type Query { a: String b: Int must: Int! list: [Item] product: Product products: [Product] }
  type Item { name: String sure: String! inside: Item! }
  type Product @key(fields: "id") { id: ID! name: String }`;
const stock = `type Product @key(fields: "id") { id: ID! left: Int place: Place } type Place { row: Int! shelf: Int }`;

const answering = (catalog: unknown, entities?: (request: SeenRequest) => unknown) =>
  federateReused({
    config: exposed,
    subgraphs: {
      catalog: { sdl, answer: () => catalog },
      stock: { sdl: stock, answer: entities ?? (() => ({ data: null })) },
    },
  });

const from = (service: string, message: string, ...path: (string | number)[]) => ({
  message,
  ...(path.length > 0 && { path }),
  extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service },
});
const product = (id: string) => ({ __typename: 'Product', id });

describe('An error of a subgraph', () => {
  test('explains the null at its path: no second error is made', async () => {
    await using federation = await answering({
      data: { x: null, list: [{ sure: null }, null, { sure: 'c' }], must: null },
      errors: [
        { message: 'A', path: ['x'] },
        { message: 'L', path: ['list', 0, 'sure'] },
        { message: 'M', path: ['list', 1] },
        { message: 'N', path: ['must'] },
      ],
    });
    const reply = await federation.send('{ x: a list { sure } }');
    expect(reply.body).toEqual({
      errors: [
        from('catalog', 'A', 'x'),
        from('catalog', 'L', 'list', 0, 'sure'),
        from('catalog', 'M', 'list', 1),
        from('catalog', 'N'),
      ],
      data: { x: null, list: [null, null, { sure: 'c' }] },
    });
    const nulled = await federation.send('{ must }');
    expect(nulled.body).toMatchObject({ data: null });
    expect(nulled.body).toHaveProperty('errors.length', 4);
  });

  test('explains a null above its path, too', async () => {
    await using federation = await answering({
      data: { list: [{ inside: null }] },
      errors: [{ message: 'S', path: ['list', 0, 'inside', 'sure'] }],
    });
    const reply = await federation.send('{ list { inside { sure } } }');
    expect(reply.body).toEqual({
      errors: [from('catalog', 'S', 'list', 0, 'inside', 'sure')],
      data: { list: [null] },
    });
  });

  test('keeps its own code and loses what was not listed', async () => {
    await using federation = await answering({
      data: { a: null },
      errors: [
        {
          message: 'No',
          path: ['a'],
          extensions: { code: 'FORBIDDEN', stack: ['/srv/app.js'] },
          locations: [{ line: 1, column: 2 }],
        },
      ],
    });
    const reply = await federation.send('{ a }');
    expect(reply.body).toEqual({
      errors: [
        { message: 'No', path: ['a'], extensions: { code: 'FORBIDDEN', service: 'catalog' } },
      ],
      data: { a: null },
    });
  });

  test('without a path stands for every field of an answer without data', async () => {
    await using federation = await answering({ data: null, errors: [{ message: 'Down' }] });
    const reply = await federation.send('{ x: a b product { name } }');
    expect(reply.body).toEqual({
      errors: [
        from('catalog', 'Down', 'x'),
        from('catalog', 'Down', 'b'),
        from('catalog', 'Down', 'product'),
      ],
      data: { x: null, b: null, product: null },
    });
  });

  test('with a path stands alone for an answer without data', async () => {
    await using federation = await answering({
      data: null,
      errors: [{ message: 'Down', path: ['must'] }],
    });
    const reply = await federation.send('{ a must }');
    expect(reply.body).toEqual({ errors: [from('catalog', 'Down', 'must')], data: null });
  });

  test('without a path beside data is told once, and takes nothing away', async () => {
    await using federation = await answering({
      data: { a: 'A', b: 2 },
      errors: [{ message: 'Slow' }],
    });
    const reply = await federation.send('{ a b }');
    expect(reply.body).toEqual({ errors: [from('catalog', 'Slow')], data: { a: 'A', b: 2 } });
  });

  test.each([
    [['nowhere'], undefined],
    [['nowhere', 0, 'x'], undefined],
    [['a', 'length'], ['a']],
    [['list', 7], ['list']],
    [['list', 'length'], ['list']],
    [
      ['list', 0, '__proto__', 'x'],
      ['list', 0],
    ],
    [[0, 'a'], undefined],
    [
      ['list', 0, 'sure'],
      ['list', 0],
    ],
  ])('with the path %j ends where the answer does', async (path, visible) => {
    await using federation = await answering({
      data: { a: 'A', list: [{ name: 'N', sure: 'S' }] },
      errors: [{ message: 'Odd', path }],
    });
    const reply = await federation.send('{ a list { name } }');
    expect(reply.body).toEqual({
      errors: [from('catalog', 'Odd', ...(visible ?? []))],
      data: { a: 'A', list: [{ name: 'N' }] },
    });
  });

  test.each([[null], ['text'], [{}], [{ message: 7, path: 'a', extensions: [] }]])(
    'that is none, such as %j, is told in other words',
    async (error) => {
      await using federation = await answering({ data: { a: null }, errors: [error] });
      const reply = await federation.send('{ a }');
      expect(reply.body).toEqual({
        errors: [from('catalog', 'catalog reported an error')],
        data: { a: null },
      });
    },
  );
});

describe('An error of an entity', () => {
  const products = ['1', '2', '1'].map(product);

  test('is told at every place of the entity, under the keys of the client', async () => {
    await using federation = await answering({ data: { all: products } }, () => ({
      data: {
        _entities: [
          { name_client: null, place: { shelf: null } },
          { name_client: 4, place: null },
        ],
      },
      errors: [
        { message: 'E', path: ['_entities', 0, 'name_client'] },
        { message: 'S', path: ['_entities', 0, 'place', 'shelf'] },
        { message: 'R', path: ['_entities', 1, 'place', 'row'] },
      ],
    }));
    const reply = await federation.send('{ all: products { name: left place { shelf } } }');
    const failed = { name: null, place: { shelf: null } };
    expect(reply.body).toEqual({
      errors: [
        from('stock', 'E', 'all', 0, 'name'),
        from('stock', 'S', 'all', 0, 'place', 'shelf'),
        from('stock', 'E', 'all', 2, 'name'),
        from('stock', 'S', 'all', 2, 'place', 'shelf'),
        from('stock', 'R', 'all', 1, 'place'),
      ],
      data: { all: [failed, { name: 4, place: null }, failed] },
    });
  });

  test('as a whole is one for each field that was asked of it', async () => {
    await using federation = await answering({ data: { products } }, () => ({
      data: { _entities: [null, { left: 4, place: { row: 1 } }] },
      errors: [{ message: 'E', path: ['_entities', 0] }],
    }));
    const reply = await federation.send('{ products { id left place { row } } }');
    const lost = (index: number) => [
      from('stock', 'E', 'products', index, 'left'),
      from('stock', 'E', 'products', index, 'place'),
    ];
    const gone = { id: '1', left: null, place: null };
    expect(reply.body).toEqual({
      errors: [...lost(0), ...lost(2)],
      data: { products: [gone, { id: '2', left: 4, place: { row: 1 } }, gone] },
    });
  });

  test('that was answered nevertheless is told where it stands', async () => {
    await using federation = await answering({ data: { product: product('1') } }, () => ({
      data: { _entities: [{ left: 4 }] },
      errors: [{ message: 'Stale', path: ['_entities', 0] }],
    }));
    const reply = await federation.send('{ product { left } }');
    expect(reply.body).toEqual({
      errors: [from('stock', 'Stale', 'product')],
      data: { product: { left: 4 } },
    });
  });

  test.each([
    [['_entities', 9, 'left']],
    [['_entities', -1]],
    [['_entities']],
    [['other', 0]],
    [undefined],
  ])('that leads nowhere, to %j, is told without a path', async (path) => {
    await using federation = await answering({ data: { product: product('1') } }, () => ({
      data: { _entities: [{ left: 4 }] },
      errors: [{ message: 'Odd', path }],
    }));
    const reply = await federation.send('{ product { left } }');
    expect(reply.body).toEqual({
      errors: [from('stock', 'Odd')],
      data: { product: { left: 4 } },
    });
  });

  test('is one per field where there is no data at all', async () => {
    await using federation = await answering({ data: { products } }, () => ({
      data: null,
      errors: [{ message: 'Down', path: ['_entities'] }],
    }));
    const reply = await federation.send('{ products { id left } }');
    expect(reply.body).toEqual({
      errors: [0, 1, 2].map((index) => from('stock', 'Down', 'products', index, 'left')),
      data: { products: ['1', '2', '1'].map((id) => ({ id, left: null })) },
    });
  });

  test('of one of several fetches in a request is not that of the others', async () => {
    await using federation = await answering(
      { data: { product: product('1'), products: [product('2')] } },
      () => ({
        data: { _entities_0: [{ left: null }], _entities_1: [{ place: { shelf: 3 } }] },
        errors: [{ message: 'L', path: ['_entities_0', 0, 'left'] }],
      }),
    );
    const reply = await federation.send('{ product { left } products { place { shelf } } }');
    expect(reply.body).toEqual({
      errors: [from('stock', 'L', 'product', 'left')],
      data: { product: { left: null }, products: [{ place: { shelf: 3 } }] },
    });
  });
});
