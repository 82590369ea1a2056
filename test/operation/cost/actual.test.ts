import { describe, expect, test } from '@jest/globals';
import { LongTurns } from '../../../src/lib/long-turns.ts';
import { pricing } from './pricing.ts';
import { shop } from './shop.ts';

const { actual, price } = pricing(shop);

describe('the actual cost', () => {
  test.each([
    // Nothing.
    ['{ product(id: 1) { name } }', { product: null }, 0],
    // A book.
    ['{ product(id: 1) { name } }', { product: { __typename: 'Book', name: 'a' } }, 1],
    // A film.
    ['{ product(id: 1) { name } }', { product: { __typename: 'Film', name: 'a' } }, 4],
    // A book 1, a film 4, and their one author.
    [
      '{ products(first: 9) { author { id } } }',
      {
        products: [
          { __typename: 'Book', author: { id: '1' } },
          { __typename: 'Film', author: null },
        ],
      },
      6,
    ],
    // The connection 1, two edges of 1, a book 1 and a film 4.
    [
      '{ connection(first: 9) { edges { node { id } } } }',
      {
        connection: {
          edges: [
            { node: { __typename: 'Book', id: '1' } },
            { node: { __typename: 'Film', id: '2' } },
          ],
        },
      },
      8,
    ],
    // A leaf of 7.
    ['{ revenue }', { revenue: 1.5 }, 7],
    // Which is not there.
    ['{ revenue }', { revenue: null }, 0],
    // The field 5 and its argument 4, which is paid for nothing too.
    ['{ popular(exact: true) { id } }', { popular: { __typename: 'Film', id: '1' } }, 9],
    ['{ popular(exact: true) { id } }', { popular: null }, 4],
    // An argument lowers no more than its field.
    ['{ popular(fast: true) { id } }', { popular: null }, 0],
    // A mutation 10, the field 20, a row 1.
    ['mutation { import(rows: [{ name: "a" }]) }', { import: 1 }, 31],
    // A list of lists: 1 + 4 + 1.
    [
      '{ matrix { id } }',
      {
        matrix: [
          [
            { __typename: 'Book', id: '1' },
            { __typename: 'Film', id: '2' },
          ],
          [{ __typename: 'Book', id: '1' }],
        ],
      },
      6,
    ],
    // No name of the type, but a field that only one has: a film 4, its report 6.
    ['{ product(id: 1) { id ... on Film { report } } }', { product: { id: '1', report: {} } }, 10],
    // No name, no difference: the lightest.
    ['{ product(id: 1) { id } }', { product: { id: '1' } }, 1],
    // Twice the same field is one.
    [
      '{ product(id: 1) { author { id } author { name } } }',
      { product: { __typename: 'Book', author: { id: '1', name: 'A' } } },
      2,
    ],
    // What nobody asked for costs nothing.
    ['{ revenue }', { revenue: 1, product: { id: '1' } }, 7],
    // An answer of another shape costs what can be made of it.
    ['{ products(first: 1) { id } }', { products: 'none' }, 0],
    ['{ products(first: 1) { id } }', null, 0],
  ])('of %s for %j is %i', async (query, data, cost) => {
    expect(await actual(query, data)).toBe(cost);
  });

  test('leaves out what conditions leave out, though it may be there', async () => {
    const query = 'query ($on: Boolean!) { revenue @include(if: $on) }';
    expect(await actual(query, { revenue: 1 }, { on: false })).toBe(0);
    expect(await actual(query, { revenue: 1 }, { on: true })).toBe(7);
  });

  test('of a long answer is counted a part at a time, and others have their turns between', async () => {
    const products = Array.from({ length: 100 }, (_, id) => ({ id: `${id}` }));
    const query = '{ products(first: 100) { id } }';
    let others = 0;
    const turns = new (class extends LongTurns {
      override next(): Promise<void> {
        others += 1;
        return super.next();
      }
    })(10);
    expect(await price(query).actual({ products }, {}, turns)).toBe(
      await actual(query, { products }),
    );
    expect(others).toBe(10);
    expect(price(query).actual({ products: products.slice(0, 4) }, {}, turns)).toBe(4);
  });
});
