import { describe, expect, test } from '@jest/globals';
import { startSubgraph } from '../../subgraphs/demo.ts';
import { ask, never } from './ask.ts';

describe('catalog-query', () => {
  test('answers products of every kind, page by page', async () => {
    await using catalog = await startSubgraph('catalog-query', {}, never());
    const query = `query ($after: String) {
      products(first: 2, after: $after, filter: { kind: BOOK }) {
        nodes {
          __typename
          sku
          createdAt
          brand { name }
          euros: price { amountMinor currency }
          dollars: price(currency: USD) { amountMinor currency }
          ... on Book { author isbn }
        }
        pageInfo { hasNextPage endCursor }
      }
    }`;
    const book = (sku: string, euros: number, dollars: number, author: string, isbn: string) => ({
      __typename: 'Book',
      sku,
      createdAt: '2025-12-01T08:00:00.000Z',
      brand: { name: 'Lumen Press' },
      euros: { amountMinor: euros, currency: 'EUR' },
      dollars: { amountMinor: dollars, currency: 'USD' },
      author,
      isbn,
    });
    const sea = book('BOOK-SEA', 1890, 2079, 'Ada Winter', '9783161484100');
    const alps = book('BOOK-ALPS', 3490, 3839, 'Luca Moretti', '9781402894626');
    const stars = book('BOOK-STARS', 5900, 6490, 'Ines Duarte', '9780596520687');
    expect(await ask(catalog.url, query)).toEqual({
      data: {
        products: { nodes: [sea, alps], pageInfo: { hasNextPage: true, endCursor: 'p-2' } },
      },
    });
    expect(await ask(catalog.url, query, { after: 'p-2' })).toEqual({
      data: { products: { nodes: [stars], pageInfo: { hasNextPage: false, endCursor: 'p-6' } } },
    });
  });

  test('finds brands, books and devices by a part of their names', async () => {
    await using catalog = await startSubgraph('catalog-query', {}, never());
    const query = `{
      search(text: "P", first: 3) {
        __typename
        ... on Brand { name products(first: 1) { name } }
        ... on Book { name author }
        ... on Device { name warrantyMonths }
      }
    }`;
    expect(await ask(catalog.url, query)).toEqual({
      data: {
        search: [
          { __typename: 'Brand', name: 'Lumen Press', products: [{ name: 'The Quiet Sea' }] },
          { __typename: 'Book', name: 'Maps of the Alps', author: 'Luca Moretti' },
          { __typename: 'Device', name: 'Arc Desk Lamp', warrantyMonths: 24 },
        ],
      },
    });
  });

  test('resolves an entity by each of its keys, as an interface and as an object', async () => {
    await using catalog = await startSubgraph('catalog-query', {}, never());
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) {
        __typename
        ... on Product { id sku }
        ... on Brand { name }
        ... on Warehouse { city }
        ... on Stock { onHand warehouse { city } }
      }
    }`;
    const representations = [
      { __typename: 'Product', id: 'p-1' },
      { __typename: 'Product', sku: 'LAMP-ARC' },
      { __typename: 'Book', sku: 'BOOK-SEA' },
      { __typename: 'Device', id: 'p-3' },
      { __typename: 'Brand', id: 'b-2' },
      { __typename: 'Warehouse', id: 'w-2' },
      { __typename: 'Stock', sku: 'BOOK-SEA', warehouse: { id: 'w-1' } },
    ];
    expect(await ask(catalog.url, query, { representations })).toEqual({
      data: {
        _entities: [
          { __typename: 'Book', id: 'p-1', sku: 'BOOK-SEA' },
          { __typename: 'Device', id: 'p-3', sku: 'LAMP-ARC' },
          { __typename: 'Book', id: 'p-1', sku: 'BOOK-SEA' },
          { __typename: 'Device', id: 'p-3', sku: 'LAMP-ARC' },
          { __typename: 'Brand', name: 'Nordlicht' },
          { __typename: 'Warehouse', city: 'Lyon' },
          { __typename: 'Stock', onHand: 38, warehouse: { city: 'Hamburg' } },
        ],
      },
    });
  });

  test('answers null for entities that do not exist or are of another kind', async () => {
    await using catalog = await startSubgraph('catalog-query', {}, never());
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { __typename }
    }`;
    const representations = [
      { __typename: 'Product', id: 'p-99' },
      { __typename: 'Book', id: 'p-3' },
      { __typename: 'Device', sku: 'BOOK-SEA' },
      { __typename: 'Brand', id: 'b-99' },
      { __typename: 'Stock', sku: 'BOOK-SEA', warehouse: { id: 'w-99' } },
    ];
    expect(await ask(catalog.url, query, { representations })).toEqual({
      data: { _entities: [null, null, null, null, null] },
    });
  });

  test('fails to recommend anything for one product, without a stack trace', async () => {
    await using catalog = await startSubgraph('catalog-query', {}, never());
    const query = '{ product(id: "p-6") { name recommendations { name } } }';
    expect(await ask(catalog.url, query)).toEqual({
      data: { product: { name: 'Atlas of Stars', recommendations: null } },
      errors: [
        {
          message: 'There is nothing to recommend with p-6 yet',
          path: ['product', 'recommendations'],
          locations: [{ line: 1, column: 29 }],
          extensions: { code: 'RECOMMENDATIONS_UNAVAILABLE' },
        },
      ],
    });
  });

  test('refuses a cursor that it never gave and a page that is too long', async () => {
    await using catalog = await startSubgraph('catalog-query', {}, never());
    for (const args of ['after: "p-99"', 'first: 101', 'first: -1']) {
      expect(await ask(catalog.url, `{ products(${args}) { nodes { id } } }`)).toMatchObject({
        data: null,
        errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      });
    }
  });
});
