import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

const shelf = {
  sdl: `type Query { node: Item shelf: Shelf strict: Strict any: Any shelves: [Shelf!] }
    interface Item { id: ID! }
    type Shelf { label: String item: Item any: Any }
    type Strict { label: String item: Item! }
    union Any = Shelf | Box
    type Box @key(fields: "id") { id: ID! item: Item }`,
  resolvers: {
    Query: {
      shelf: () => ({ label: 'A' }),
      strict: () => ({ label: 'B' }),
      any: () => ({ __typename: 'Box', id: '1' }),
      shelves: () => [{ label: 'C' }, { label: 'D' }],
    },
  },
};

/** The only one that knows a type of the interface. */
const books = {
  sdl: `type Query { book: Book only: Item }
    interface Item { id: ID! name: String }
    type Book implements Item @key(fields: "id") { id: ID! name: String }`,
  resolvers: {
    Query: {
      book: () => ({ id: '7', name: 'Emma' }),
      only: () => ({ __typename: 'Book', id: '7' }),
    },
  },
};

const start = () => federateReused({ config: exposed, subgraphs: { shelf, books } });

function gap(label: string, ...path: readonly (string | number)[]) {
  const extensions = { code: 'QUERY_PLANNING_FAILED' };
  return { message: `No subgraph can supply ${label}`, path, extensions };
}

describe('A field that no fetch of the plan supplies', () => {
  test('is an error at the root, where the plan is empty', async () => {
    await using federation = await start();
    const reply = await federation.send('{ node { name } }');
    expect(reply.body).toEqual({ data: { node: null }, errors: [gap('Query.node', 'node')] });
    expect(federation.subgraphs['shelf']?.requests).toEqual([]);
  });

  test('is an error at its place, under the name that the client gave it', async () => {
    await using federation = await start();
    const reply = await federation.send(
      '{ book { name } shelves { label id: item { name } } node { name } }',
    );
    expect(reply.body).toEqual({
      data: {
        book: { name: 'Emma' },
        shelves: [
          { label: 'C', id: null },
          { label: 'D', id: null },
        ],
        node: null,
      },
      errors: [
        gap('Shelf.item', 'shelves', 0, 'id'),
        gap('Shelf.item', 'shelves', 1, 'id'),
        gap('Query.node', 'node'),
      ],
    });
  });

  test('takes with it what may not be null', async () => {
    await using federation = await start();
    const reply = await federation.send('{ shelf { label } strict { label item { name } } }');
    expect(reply.body).toEqual({
      data: { shelf: { label: 'A' }, strict: null },
      errors: [gap('Strict.item', 'strict', 'item')],
    });
  });

  test('is no error where it is skipped, of one and the same plan', async () => {
    await using federation = await start();
    const query =
      'query ($no: Boolean!) { shelf { label item @skip(if: $no) { name } ... @skip(if: $no) { more: item { name } } } }';
    const skipped = await federation.send(query, { no: true });
    expect(skipped.body).toEqual({ data: { shelf: { label: 'A' } } });
    const selected = await federation.send(query, { no: false });
    expect(selected.body).toEqual({
      data: { shelf: { label: 'A', item: null, more: null } },
      errors: [gap('Shelf.item', 'shelf', 'item'), gap('Shelf.item', 'shelf', 'more')],
    });
  });

  test('is an error for the one type that lacks it', async () => {
    await using federation = await start();
    const query = `{ any { ... on Shelf { label } ... on Box { id item { ...Name } } } only { ...Name } }
      fragment Name on Item { name }`;
    const reply = await federation.send(query);
    expect(reply.body).toEqual({
      data: { any: { id: '1', item: null }, only: { name: null } },
      errors: [gap('Box.item', 'any', 'item')],
    });
  });

  test('is told apart from one that a subgraph left out', async () => {
    const answer = () => ({ data: { shelf: {} } });
    await using federation = await federateReused({
      config: exposed,
      subgraphs: { shelf: { ...shelf, answer }, books },
    });
    const reply = await federation.send('{ shelf { label item { name } } }');
    const extensions = { code: 'SUBREQUEST_MALFORMED_RESPONSE' };
    const leftOut = {
      message: 'No value came for Shelf.label',
      path: ['shelf', 'label'],
      extensions,
    };
    expect(reply.body).toEqual({
      data: { shelf: { label: null, item: null } },
      errors: [leftOut, gap('Shelf.item', 'shelf', 'item')],
    });
  });
});
