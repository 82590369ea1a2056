import { describe, expect, test } from '@jest/globals';
import type { Variables } from '../../../src/operation/variables.ts';
import { pricing } from './pricing.ts';
import { shop } from './shop.ts';

const { estimate } = pricing(shop);

interface Row {
  readonly query: string;
  readonly variables?: Variables;
  readonly cost: number;
}

/** Objects cost 1, leaves 0, lists of which nothing is said have 10 items. */
const table: Readonly<Record<string, readonly Row[]>> = {
  'objects and leaves': [
    // No object.
    { query: '{ __typename }', cost: 0 },
    // One product, of which the costliest kind is a film: 4.
    { query: '{ product(id: 1) { name } }', cost: 4 },
    // The product 4, its author 1.
    { query: '{ product(id: 1) { author { name } } }', cost: 5 },
    // Of a Node: book 1, film 4, author 1; the largest.
    { query: '{ anything(id: 1) { id } }', cost: 4 },
    // Two products under two names: 4 + 4.
    { query: '{ a: product(id: 1) { name } b: product(id: 2) { name } }', cost: 8 },
    // A leaf with a weight: 7.
    { query: '{ revenue }', cost: 7 },
    // Introspection costs nothing: 7.
    { query: '{ revenue __schema { types { name fields { name } } } }', cost: 7 },
    // A mutation 10, the product 4.
    { query: 'mutation { rename(id: 1, name: "a") { name } }', cost: 14 },
    // A mutation 10, the field 20, two rows with a name of weight 1.
    { query: 'mutation { import(rows: [{ name: "a" }, { name: "b" }]) }', cost: 32 },
  ],
  'sizes of lists': [
    // Nothing said: 10 films of 4.
    { query: '{ all { name } }', cost: 40 },
    // Assumed 3, of 4.
    { query: '{ some { name } }', cost: 12 },
    // 7 of 4.
    { query: '{ products(first: 7) { name } }', cost: 28 },
    // Nobody.
    { query: '{ products(first: 0) { name } }', cost: 0 },
    // By a variable: 6 of 4.
    { query: 'query ($n: Int) { products(first: $n) { name } }', variables: { n: 6 }, cost: 24 },
    // By the variable's default: 2 of 4.
    { query: 'query ($n: Int = 2) { products(first: $n) { name } }', cost: 8 },
    // By the argument's default, 5 of 4.
    { query: '{ latest { name } }', cost: 20 },
    // The argument's default, since the variable is missing: 5 of 4.
    { query: 'query ($n: Int) { latest(first: $n) { name } }', cost: 20 },
    // A negative number bounds nothing: 10 of 4.
    { query: '{ products(first: -1) { name } }', cost: 40 },
    // Where nothing is required: assumed, 20 of 4.
    { query: '{ window { name } }', cost: 80 },
    // Null is not given: assumed, 20 of 4.
    { query: '{ window(first: null) { name } }', cost: 80 },
    // The other's default is in effect too: 5 of 4.
    { query: '{ either(last: 2) { name } }', cost: 20 },
    // The larger of the two: 9 of 4.
    { query: '{ window(first: 9, last: 2) { name } }', cost: 36 },
    // 3 times (each product 4, and its 2 similar ones 4 each): 3 * (4 + 8).
    { query: '{ some { similar(first: 2) { name } } }', cost: 36 },
    // 2 * (4 + 2 * (4 + 2 * 4)).
    {
      query: '{ products(first: 2) { similar(first: 2) { similar(first: 2) { id } } } }',
      cost: 56,
    },
    // A list of lists: assumed 3 of 10 products of 4.
    { query: '{ matrix { name } }', cost: 120 },
    // Leaves without weight.
    { query: '{ tags }', cost: 0 },
    // Five labels of no weight.
    { query: '{ labels(first: 5) { text } }', cost: 0 },
    // Five results that weigh 5 each, whatever they are.
    { query: '{ search(text: "a", first: 5) { __typename } }', cost: 25 },
  ],
  connections: [
    // The connection 1, 5 nodes of 4.
    { query: '{ connection(first: 5) { nodes { name } } }', cost: 21 },
    // The connection 1, 5 edges of 1, each with a node of 4; total is a leaf.
    { query: '{ connection(first: 5) { total edges { node { name } } } }', cost: 26 },
    // The connection 1, the info 1: the size is of nodes and edges only.
    { query: '{ connection(first: 5) { info { hasNext } } }', cost: 2 },
    // Lowered once, not for each node: 1 + 5 * 4 - 2.
    { query: '{ connection(first: 5) { nodes(brief: true) { name } } }', cost: 19 },
    // Both lists: 1 + 2 * 4 + 2 * (1 + 4).
    { query: '{ connection(first: 2) { nodes { id } edges { node { id } } } }', cost: 19 },
    // Through a fragment: 1 + 3 * 4.
    {
      query: '{ connection(first: 3) { ...F } } fragment F on ProductConnection { nodes { id } }',
      cost: 13,
    },
    // Two connections of different sizes and one fragment: 1 + 3 * 4, 1 + 1 * 4.
    {
      query:
        '{ a: connection(first: 3) { ...F } b: connection(first: 1) { ...F } } fragment F on ProductConnection { nodes { id } }',
      cost: 18,
    },
  ],
  'types and fragments': [
    // Book 1 + 100 pages; film 4 + nothing: the book.
    { query: '{ product(id: 1) { ... on Book { pages { number } } } }', cost: 101 },
    // Book 1 + 2 reviews of (2 + an author 1); film 4 + a report 6: the film.
    {
      query:
        '{ product(id: 1) { ... on Book { reviews(first: 2) { by { name } } } ... on Film { report } } }',
      cost: 10,
    },
    // Book 1 + 12 parts; film 4 + 2 parts: the book. The interface says nothing.
    { query: '{ product(id: 1) { parts { title } } }', cost: 13 },
    // Parts of 1 with a length of 1: book 1 + 12 * 2.
    { query: '{ product(id: 1) { parts { length } } }', cost: 25 },
    // 2 results that weigh 5: a book's status 2, a film's report 6, an author nothing.
    {
      query:
        '{ search(text: "a", first: 2) { ... on Book { status } ... on Film { report } ... on Author { name } } }',
      cost: 22,
    },
    // A fragment on the interface and one on the type: both are of the film. 4 + 6 + an author 1.
    {
      query: '{ product(id: 1) { ... on Film { report } ... on Product { author { id } } } }',
      cost: 11,
    },
  ],
  'fields that stand twice': [
    // One author, asked twice: 4 + 1.
    { query: '{ product(id: 1) { author { id } author { name } } }', cost: 5 },
    // In two fragments: 3 * (4 + 1).
    {
      query:
        '{ some { ...A ...B } } fragment A on Product { author { id } } fragment B on Product { author { name } }',
      cost: 15,
    },
    // Twice under two names: 4 + 1 + 1.
    { query: '{ product(id: 1) { a: author { id } b: author { id } } }', cost: 6 },
    // Joined below: 4 + 3 * (4 + an author 1 + 2 similar ones of 4).
    {
      query:
        '{ product(id: 1) { similar { author { id } } similar { similar(first: 2) { id } } } }',
      cost: 43,
    },
  ],
  arguments: [
    // The field 5, whichever product it is.
    { query: '{ popular { name } }', cost: 5 },
    // Lowered by 3.
    { query: '{ popular(fast: true) { name } }', cost: 2 },
    // Not by one that is null.
    {
      query: 'query ($f: Boolean) { popular(fast: $f) { name } }',
      variables: { f: null },
      cost: 5,
    },
    // 5 - 3 + 4.
    {
      query: 'query ($f: Boolean) { popular(fast: $f, exact: true) { name } }',
      variables: { f: false },
      cost: 6,
    },
    // The argument 2, its text 3, and twice 4.
    { query: '{ filtered(filter: { text: "a" }) { id } }', cost: 13 },
    // The argument 2, the text 3, the text within 3, an enum 2, and twice 4.
    {
      query: 'query ($f: Filter) { filtered(filter: $f) { id } }',
      variables: { f: { text: 'a', any: [{ text: 'b' }, { status: 'NEW' }] } },
      cost: 18,
    },
    // A weight deep within: the film 4, the name 1.
    { query: '{ sorted(by: { then: { row: { name: "a" } } }) { id } }', cost: 5 },
    // A variable inside of the value: 2 + 3 + 8.
    {
      query: 'query ($t: String) { filtered(filter: { text: $t }) { id } }',
      variables: { t: 'a' },
      cost: 13,
    },
    // And one that is missing: 2 + 8.
    { query: 'query ($t: String) { filtered(filter: { text: $t }) { id } }', cost: 10 },
  ],
  conditions: [
    // Skipped.
    {
      query: 'query ($s: Boolean!) { revenue @skip(if: $s) }',
      variables: { s: true },
      cost: 0,
    },
    // Not skipped: 7.
    {
      query: 'query ($s: Boolean!) { revenue @skip(if: $s) }',
      variables: { s: false },
      cost: 7,
    },
    // Without the author: 4.
    {
      query: 'query ($i: Boolean!) { product(id: 1) { ... @include(if: $i) { author { id } } } }',
      variables: { i: false },
      cost: 4,
    },
    // Included by one of two: 4 + 1.
    {
      query:
        'query ($i: Boolean!) { product(id: 1) { author @include(if: $i) { id } author @skip(if: $i) { name } } }',
      variables: { i: true },
      cost: 5,
    },
    // The product 4, the connection 1; its nodes are left out.
    {
      query:
        'query ($i: Boolean!) { product(id: 1) { id } connection(first: 2) { total nodes @include(if: $i) { id } } }',
      variables: { i: false },
      cost: 5,
    },
    // Three are similar, their authors are left out: 4 + 3 * 4.
    {
      query:
        'query ($i: Boolean!) { product(id: 1) { similar @include(if: $i) { author { id } } similar { id } } }',
      variables: { i: false },
      cost: 16,
    },
    // And here not: 4 + 3 * (4 + 1).
    {
      query:
        'query ($i: Boolean!) { product(id: 1) { similar @include(if: $i) { author { id } } similar { id } } }',
      variables: { i: true },
      cost: 19,
    },
    // Never: 0.
    { query: '{ revenue @include(if: false) }', cost: 0 },
  ],
};

describe.each(Object.entries(table))('the estimate of %s', (_what, rows) => {
  test.each(rows)('$query is $cost', ({ query, variables, cost }) => {
    expect(estimate(query, variables)).toEqual({ cost, fault: undefined });
  });
});

test('the table has 40 operations and more', () => {
  expect(Object.values(table).flat().length).toBeGreaterThanOrEqual(40);
});
