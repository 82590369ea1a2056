import { describe, expect, test } from '@jest/globals';
import { startSubgraph } from '../../subgraphs/demo.ts';
import { ask, never } from './ask.ts';

describe('reviews-query', () => {
  test('answers the newest reviews with the names of their authors', async () => {
    await using reviews = await startSubgraph('reviews-query', {}, never());
    const query = `{
      latestReviews(first: 2) { id rating createdAt product { id } author { id name } }
    }`;
    expect(await ask(reviews.url, query)).toEqual({
      data: {
        latestReviews: [
          {
            id: 'r-5',
            rating: 4,
            createdAt: '2026-01-30T22:05:00.000Z',
            product: { id: 'p-5' },
            author: { id: 'a-3', name: 'Sam Carter' },
          },
          {
            id: 'r-4',
            rating: 5,
            createdAt: '2026-01-28T06:55:00.000Z',
            product: { id: 'p-5' },
            author: { id: 'a-1', name: 'Mira Lang' },
          },
        ],
      },
    });
  });

  test('adds reviews to products of any kind, to accounts and to purchases', async () => {
    await using reviews = await startSubgraph('reviews-query', {}, never());
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) {
        __typename
        ... on Product { averageRating reviews(first: 1) { id } }
        ... on Account { reviews { id } }
        ... on OrderLine { review { text } }
      }
    }`;
    const representations = [
      { __typename: 'Product', id: 'p-5' },
      { __typename: 'Product', id: 'p-6' },
      { __typename: 'Account', id: 'a-1' },
      { __typename: 'OrderLine', orderId: 'o-1', sku: 'BOOK-SEA' },
      { __typename: 'OrderLine', orderId: 'o-5', sku: 'BOOK-ALPS' },
    ];
    expect(await ask(reviews.url, query, { representations })).toEqual({
      data: {
        _entities: [
          { __typename: 'Product', averageRating: 4.5, reviews: [{ id: 'r-5' }] },
          { __typename: 'Product', averageRating: null, reviews: [] },
          { __typename: 'Account', reviews: [{ id: 'r-4' }, { id: 'r-2' }, { id: 'r-1' }] },
          { __typename: 'OrderLine', review: { text: 'Read it in one night.' } },
          { __typename: 'OrderLine', review: null },
        ],
      },
    });
  });
});
