import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { samples } from '../../subgraphs/samples.ts';
import { type DemoGateway, demoGateway } from '../harness/demo.ts';

let demo: DemoGateway;
beforeAll(async () => {
  demo = await demoGateway();
});
afterAll(async () => demo[Symbol.asyncDispose]());

const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

const shopWindow = {
  data: {
    products: {
      nodes: [
        {
          name: 'The Quiet Sea',
          price: euros(1_890),
          brand: { name: 'Lumen Press' },
          unitsSold: 2,
          shippingCost: { amountMinor: 1_040 },
          averageRating: 5,
          reviews: [
            {
              rating: 5,
              text: 'Read it in one night.',
              author: { name: 'Mira Lang', tier: 'GOLD' },
            },
          ],
          author: 'Ada Winter',
        },
        {
          name: 'Maps of the Alps',
          price: euros(3_490),
          brand: { name: 'Lumen Press' },
          unitsSold: 2,
          shippingCost: { amountMinor: 1_040 },
          averageRating: null,
          reviews: [],
          author: 'Luca Moretti',
        },
        {
          name: 'Arc Desk Lamp',
          price: euros(7_900),
          brand: { name: 'Nordlicht' },
          unitsSold: 1,
          shippingCost: { amountMinor: 1_190 },
          averageRating: 4,
          reviews: [
            {
              rating: 4,
              text: 'Good light; the base could be heavier.',
              author: { name: 'Mira Lang', tier: 'GOLD' },
            },
          ],
          warrantyMonths: 24,
        },
      ],
    },
  },
};

const buy = {
  data: {
    placeOrder: {
      id: 'o-6',
      status: 'PLACED',
      total: { amountMinor: 17_380, currency: 'USD' },
      account: { name: 'Jules Petit', tier: 'GOLD' },
      lines: [
        {
          quantity: 2,
          product: {
            name: 'Arc Desk Lamp',
            stock: [
              { warehouse: { city: 'Hamburg' }, reserved: 2, available: 5 },
              { warehouse: { city: 'Lyon' }, reserved: 0, available: 4 },
            ],
          },
        },
      ],
    },
  },
};

const recommendations = {
  data: {
    ready: { name: 'The Quiet Sea', recommendations: [{ name: 'Maps of the Alps' }] },
    notReady: { name: 'Atlas of Stars', averageRating: null, recommendations: null },
  },
  errors: [
    {
      message: 'There is nothing to recommend with p-6 yet',
      path: ['notReady', 'recommendations'],
      extensions: { code: 'RECOMMENDATIONS_UNAVAILABLE', service: 'catalog-query' },
    },
  ],
};

const withItsPlan = {
  data: {
    account: {
      name: 'Mira Lang',
      creditLimit: { amountMinor: 90_000 },
      orders: [
        {
          payment: { amount: { amountMinor: 10_880 }, lastDigits: '4242' },
          lines: [{ review: { rating: 5 } }, { review: null }],
        },
      ],
    },
  },
  extensions: {
    apolloQueryPlan: {
      text: expect.stringMatching(/^QueryPlan \{\n {2}Sequence \{/),
      object: { kind: 'QueryPlan', node: expect.objectContaining({ kind: 'Sequence' }) },
    },
  },
};

const search = {
  data: {
    search: [
      {
        __typename: 'Brand',
        name: 'Lumen Press',
        products: [{ name: 'The Quiet Sea' }, { name: 'Maps of the Alps' }],
      },
      { __typename: 'Book', name: 'Maps of the Alps', averageRating: null },
      { __typename: 'Device', name: 'Arc Desk Lamp', averageRating: 4 },
      { __typename: 'Device', name: 'Pocket Radio', averageRating: 2 },
    ],
  },
};

const answers = [shopWindow, buy, recommendations, withItsPlan, search];

test('every sample has an answer here', () => {
  expect(answers).toHaveLength(samples.length);
});

test.each(samples.map((sample, index) => [sample.title, sample, answers[index]] as const))(
  '%s',
  async (_, { query, variables, headers }, answer) => {
    const { status, body } = await demo.ask(query, variables, headers);
    expect({ status, body }).toEqual({ status: 200, body: answer });
  },
);

test('a plan names the subgraphs that are asked', async () => {
  const sample = samples.find(({ headers }) => headers !== undefined);
  const { body, fetches } = await demo.ask(sample?.query ?? '', sample?.variables, sample?.headers);
  const { extensions } = body as { extensions: { apolloQueryPlan: { text: string } } };
  const planned = [...extensions.apolloQueryPlan.text.matchAll(/service: "(.*?)"/g)];
  expect(planned.map(([, service]) => service)).toEqual(fetches.map(([subgraph]) => subgraph));
  expect(fetches.map(([subgraph]) => subgraph)).toEqual([
    'accounts-query',
    'orders-query',
    'reviews-query',
  ]);
});

test('with dry-run the plan is all there is, and nothing is fetched', async () => {
  const [{ query } = { query: '' }] = samples;
  const reply = await demo.ask(query, undefined, { 'apollo-expose-query-plan': 'dry-run' });
  expect(reply).toEqual({
    status: 200,
    body: {
      data: null,
      extensions: {
        apolloQueryPlan: { text: expect.any(String), object: expect.any(Object) },
      },
    },
    fetches: [],
  });
});
