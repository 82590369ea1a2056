import { describe, expect, test } from '@jest/globals';
import type { GatewayInput } from '../../src/config/schema.ts';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

const sdl = `type Query { items: [Item] sure: [Item!]! item: Item note: String numbers: [Int] }
  type Item @key(fields: "id") { id: ID! name: String inner: Item }`;
const stock = 'type Item @key(fields: "id") { id: ID! left: Int }';

const item = (id: number) => ({ __typename: 'Item', id: `${id}`, name: `n${id}` });
const itemsOf = (count: number) => Array.from({ length: count }, (_, id) => item(id));

const answering = (
  data: unknown,
  graphql: NonNullable<GatewayInput['graphql']>,
  errors?: unknown,
) =>
  federateReused({
    config: { graphql: { ...exposed.graphql, ...graphql } },
    subgraphs: { catalog: { sdl, answer: () => ({ data, errors }) } },
  });

const tooLarge = (values: number, size: number, path?: readonly (string | number)[]) => ({
  message: `The answer has more than ${values} values or ${size} characters: the rest is left out`,
  ...(path && { path }),
  extensions: { code: 'RESPONSE_TOO_LARGE' },
});

describe('An answer with more values than are allowed', () => {
  test('has null from there on, and one error', async () => {
    // One for the root, four items, one for each name.
    await using federation = await answering({ items: itemsOf(4) }, { response: { values: 7 } });
    expect((await federation.send('{ items { name } }')).body).toEqual({
      data: { items: [{ name: 'n0' }, { name: 'n1' }, null, null] },
      errors: [tooLarge(7, 10_000_000, ['items', 2])],
    });
  });

  test('is whole with just as many', async () => {
    await using federation = await answering({ items: itemsOf(2) }, { response: { values: 5 } });
    expect((await federation.send('{ items { name } }')).body).toEqual({
      data: { items: [{ name: 'n0' }, { name: 'n1' }] },
    });
  });

  test('loses the nearest parent that may be null', async () => {
    await using federation = await answering({ sure: itemsOf(9) }, { response: { values: 15 } });
    expect((await federation.send('{ sure { name } }')).body).toEqual({
      data: null,
      errors: [tooLarge(15, 10_000_000, ['sure', 5])],
    });
  });

  test('needs no further error for values that are missing after that', async () => {
    const data = { items: itemsOf(2), sure: null };
    await using federation = await answering(data, { response: { values: 4 } });
    expect((await federation.send('{ items { name } sure { name } }')).body).toEqual({
      data: null,
      errors: [tooLarge(4, 10_000_000, ['items', 0])],
    });
  });

  test('counts the items of lists without fields', async () => {
    const data = { numbers: [1, 2, 3, 4], note: 'here' };
    await using federation = await answering(data, { response: { values: 5 } });
    expect((await federation.send('{ numbers note }')).body).toEqual({
      data: { numbers: null, note: 'here' },
      errors: [tooLarge(5, 10_000_000, ['numbers'])],
    });
  });
});

describe('An answer that is longer than is allowed', () => {
  test('has null from there on', async () => {
    await using federation = await answering({ items: itemsOf(9) }, { response: { size: '50B' } });
    expect((await federation.send('{ items { name } }')).body).toEqual({
      data: {
        items: [{ name: 'n0' }, { name: 'n1' }, { name: 'n2' }, null, null, null, null, null, null],
      },
      errors: [tooLarge(1_000_000, 50, ['items', 3])],
    });
  });

  test('is null as a whole where one field is that long', async () => {
    await using federation = await answering(
      { note: 'x'.repeat(100) },
      { response: { size: '50B' } },
    );
    expect((await federation.send('{ note }')).body).toEqual({
      data: null,
      errors: [tooLarge(1_000_000, 50)],
    });
  });
});

describe('An answer with more errors than are told', () => {
  const errors = Array.from({ length: 20 }, (_, index) => ({
    message: `E${index}`,
    path: ['items', index],
  }));

  test('ends with how many are left out', async () => {
    const data = { items: errors.map(() => null) };
    await using federation = await answering(data, { response: { errors: 3 } }, errors);
    const told = (index: number) => ({
      message: `E${index}`,
      path: ['items', index],
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'catalog' },
    });
    expect((await federation.send('{ items { name } }')).body).toEqual({
      data,
      errors: [
        told(0),
        told(1),
        {
          message: 'Errors that are not listed: 18',
          extensions: { code: 'TOO_MANY_ERRORS' },
        },
      ],
    });
  });

  test('tells first that it is too large', async () => {
    const data = { items: itemsOf(20), numbers: [1] };
    const bounds = { response: { errors: 3, values: 30 } };
    await using federation = await answering(data, bounds, errors);
    const { body } = await federation.send('{ items { name } numbers }');
    expect(body).toHaveProperty('errors.length', 3);
    expect(body).toHaveProperty('errors.0.extensions.code', 'RESPONSE_TOO_LARGE');
    expect(body).toHaveProperty('errors.1.message', 'E0');
    expect(body).toHaveProperty('errors.2.message', 'Errors that are not listed: 19');
  });
});

describe('Entities beyond what one request may ask for', () => {
  const asked = (most: number, count: number, broken?: string) =>
    federateReused({
      config: { graphql: { subgraphs: { stock: { entities: { max: most } } } } },
      subgraphs: {
        catalog: { sdl, answer: () => ({ data: { items: itemsOf(count) } }) },
        stock: {
          sdl: stock,
          answer({ variables }) {
            const wanted = variables['representations'] as readonly { readonly id: string }[];
            if (wanted.some(({ id }) => id === broken)) return { errors: [{ message: 'broken' }] };
            return { data: { _entities: wanted.map(({ id }) => ({ left: Number(id) * 2 })) } };
          },
        },
      },
    });
  const left = (count: number) => itemsOf(count).map(({ id }) => ({ left: Number(id) * 2 }));

  test('are asked for by several', async () => {
    await using federation = await asked(3, 7);
    const { body } = await federation.send('{ items { left } }');
    expect(body).toEqual({ data: { items: left(7) } });
    const sizes = federation.subgraphs['stock']?.requests.map(
      ({ variables }) => (variables['representations'] as readonly unknown[]).length,
    );
    expect(sizes?.sort()).toEqual([1, 3, 3]);
  });

  test('are there though another request fails', async () => {
    await using federation = await asked(2, 4, '3');
    const { body } = await federation.send('{ items { left } }');
    expect(body).toMatchObject({
      data: { items: [...left(2), { left: null }, { left: null }] },
      errors: [{ path: ['items', 2, 'left'] }, { path: ['items', 3, 'left'] }],
    });
  });

  test('go out as one where there are just as many', async () => {
    await using federation = await asked(7, 7);
    await federation.send('{ items { left } }');
    expect(federation.subgraphs['stock']?.requests).toHaveLength(1);
  });
});

describe('The time that an operation may take', () => {
  test.each(['query', 'mutation'])('ends a %s', async (kind) => {
    const never = () => new Promise(() => {});
    await using federation = await federateReused({
      config: { graphql: { timeout: '100ms' } },
      subgraphs: { slow: { sdl: 'type Query { a: Int } type Mutation { a: Int }', answer: never } },
    });
    const { status, body } = await federation.send(`${kind} { a }`);
    expect({ status, body }).toEqual({
      status: 504,
      body: {
        errors: [
          {
            message: 'The operation took longer than 100 ms',
            extensions: { code: 'GATEWAY_TIMEOUT' },
          },
        ],
      },
    });
  });
});
