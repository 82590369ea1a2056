import { describe, expect, test } from '@jest/globals';
import type { CostFacts } from '../../../src/operation/cost/cost-facts.ts';
import { pricing } from './pricing.ts';
import { shop } from './shop.ts';

const { estimate } = pricing(shop);

function faultOf(query: string, variables = {}) {
  const { fault } = estimate(query, variables);
  return fault && [fault.coordinate, fault.given];
}

describe('a list that asks for exactly one slicing argument', () => {
  test.each([
    ['{ page { id } }', {}, 0],
    ['{ page(first: null, last: null) { id } }', {}, 0],
    ['{ page(first: 1, last: 2) { id } }', {}, 2],
    ['query ($n: Int) { page(first: $n) { id } }', {}, 0],
    ['query ($n: Int) { page(first: $n) { id } }', { n: null }, 0],
    ['query ($n: Int) { page(first: $n, last: 1) { id } }', { n: 3 }, 2],
  ])('is at fault in %s with %j', (query, variables, given) => {
    expect(faultOf(query, variables)).toEqual(['Query.page', given]);
  });

  test.each([
    ['{ page(first: 1) { id } }', {}],
    ['{ page(first: 1, last: null) { id } }', {}],
    ['query ($n: Int) { page(first: $n, last: 1) { id } }', {}],
    ['query ($n: Int) { page(first: $n, last: 1) { id } }', { n: null }],
    // The default is in effect.
    ['{ latest { id } }', {}],
    // The other is there by its default, and nobody gave it.
    ['{ either(last: 2) { id } }', {}],
    // It is assumed what the size is.
    ['{ some { id } }', {}],
    // It is not to be answered.
    ['query ($no: Boolean = false) { page @include(if: $no) { id } }', {}],
  ])('is right in %s with %j', (query, variables) => {
    expect(faultOf(query, variables)).toBeUndefined();
  });

  test('has the size of an unknown list where it is at fault', () => {
    // Films of 4, 10 of them.
    expect(estimate('{ page { id } }').cost).toBe(40);
    // The larger of the two.
    expect(estimate('{ page(first: 2, last: 3) { id } }').cost).toBe(12);
  });
});

/** Composition takes no path as a slicing argument, supergraphs that others wrote may have one. */
function slicedByInput(facts: CostFacts): CostFacts {
  const listSize = facts.listSizes.get('Query.books');
  if (listSize === undefined) throw new Error('There is no such list');
  const sliced = { ...listSize, slicingArguments: ['input.page.first', 'input.last'] };
  return { ...facts, listSizes: new Map([['Query.books', sliced]]) };
}

describe('a slicing argument within an input object', () => {
  const nested = pricing(
    {
      books: `
        type Query { books(input: Input = { page: { first: 6 } }): [Book!] @listSize(assumedSize: 3) }
        input Input { page: Page = { first: 7 }, last: Int }
        input Page { first: Int = 8 }
        type Book { id: ID! }
      `,
    },
    slicedByInput,
  );

  test.each([
    ['{ books(input: { page: { first: 2 } }) { id } }', {}, 2],
    ['query ($i: Input) { books(input: $i) { id } }', { i: { page: { first: 4 } } }, 4],
    ['query ($p: Page) { books(input: { page: $p }) { id } }', { p: { first: 5 } }, 5],
    ['query ($n: Int) { books(input: { page: { first: $n } }) { id } }', { n: 9 }, 9],
    // Each default: of the argument, of its field, and of the field in that.
    ['{ books { id } }', {}, 6],
    ['{ books(input: {}) { id } }', {}, 7],
    ['query ($i: Input) { books(input: $i) { id } }', { i: {} }, 7],
    ['{ books(input: { page: {} }) { id } }', {}, 8],
    ['query ($n: Int) { books(input: { page: { first: $n } }) { id } }', {}, 8],
    // Nothing that bounds it.
    ['{ books(input: { page: null }) { id } }', {}, 3],
  ])('%s with %j bounds the list to %i', (query, variables, size) => {
    expect(nested.estimate(query, variables).cost).toBe(size);
  });
});
