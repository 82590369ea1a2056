import { describe, expect, test } from '@jest/globals';
import type { Variables } from '../../src/operation/variables.ts';
import { FetchCosts } from '../../src/plan/fetch-costs.ts';
import { pricing } from '../operation/cost/pricing.ts';
import { shop } from '../operation/cost/shop.ts';

const { planner, schema } = pricing(shop);

/** The costs of what a query asks of the two subgraphs, of which each has this maximum. */
async function costsOf(query: string, variables: Variables = {}, max = 1_000, listSize = 10) {
  const { queryPlan } = await planner.plan({ text: query, overrides: [] }, () => true);
  const costs = new FetchCosts(queryPlan, { schema, budgetOf: () => ({ max, listSize }) });
  const { totals, beyond } = costs.for(variables);
  return { ...Object.fromEntries(totals), beyond: [...beyond].map((each) => each.serviceName) };
}

const reviews = '... on Book { reviews(first: 2) { text } }';

describe('what is asked of subgraphs', () => {
  test.each([
    // A film.
    ['{ product(id: 1) { name } }', {}, { catalog: 4 }],
    // 3 products of 4; as many books of 1, with 2 reviews of 2.
    [`{ products(first: 3) { name ${reviews} } }`, {}, { catalog: 12, reviews: 15 }],
    // By a variable, 7 of them.
    [
      `query ($n: Int) { products(first: $n) { name ${reviews} } }`,
      { n: 7 },
      { catalog: 28, reviews: 35 },
    ],
    // The connection 1, 2 nodes of 4; 2 books of 1 with 2 reviews of 2.
    [`{ connection(first: 2) { nodes { ${reviews} } } }`, {}, { catalog: 9, reviews: 10 }],
    // 3 * 2 products are similar: 3 * (4 + 2 * 4); 6 books of 1 with 2 reviews of 2.
    [`{ some { similar(first: 2) { ${reviews} } } }`, {}, { catalog: 36, reviews: 30 }],
    // 3 lists of 10, since nothing is said of the inner ones.
    [`{ matrix { ${reviews} } }`, {}, { catalog: 120, reviews: 150 }],
    // 5 products of 4 with an author of 1; 5 authors of 1.
    ['{ latest { author { joined } } }', {}, { catalog: 25, reviews: 5 }],
    // 3 products of 4; 3 books of 1 with 2 reviews of 2 and an author of 1; 3 * 2 authors of 1.
    [
      '{ some { ... on Book { reviews(first: 2) { by { name } } } } }',
      {},
      { catalog: 18, reviews: 21 },
    ],
    // A mutation 10, the product 4; one book of 1 with 2 reviews of 2.
    [`mutation { rename(id: 1, name: "a") { ${reviews} } }`, {}, { catalog: 14, reviews: 5 }],
    // Left out.
    [
      'query ($on: Boolean!) { some { name ... on Book @include(if: $on) { reviews(first: 1) { text } } } }',
      { on: false },
      { catalog: 12, reviews: 0 },
    ],
  ])('in %s with %j is %j', async (query, variables, expected) => {
    expect(await costsOf(query, variables)).toEqual({ ...expected, beyond: [] });
  });

  test('has lists of the size that is given for the subgraph', async () => {
    expect(await costsOf('{ all { name } }', {}, 1_000, 2)).toEqual({ catalog: 8, beyond: [] });
  });
});

describe('fetches beyond a maximum', () => {
  const two = `{ a: products(first: 2) { ${reviews} } b: products(first: 1) { ${reviews} } }`;

  test('are those for which the ones before leave no room', async () => {
    // 8 + 4 in one fetch; 2 * 5 and 1 * 5 in two.
    const totals = { catalog: 12, reviews: 15 };
    expect(await costsOf(two, {}, 15)).toEqual({ ...totals, beyond: [] });
    expect(await costsOf(two, {}, 14)).toEqual({ ...totals, beyond: ['reviews'] });
    expect(await costsOf(two, {}, 9)).toEqual({ ...totals, beyond: ['catalog', 'reviews'] });
    expect(await costsOf(two, {}, 4)).toEqual({
      ...totals,
      beyond: ['catalog', 'reviews', 'reviews'],
    });
  });

  test('cost nothing where there is no maximum', async () => {
    expect(await costsOf(two, {}, Number.POSITIVE_INFINITY)).toEqual({ beyond: [] });
  });
});
