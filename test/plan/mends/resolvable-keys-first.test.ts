import { expect, test } from '@jest/globals';
import { federate } from '../../harness/federation.ts';

test('a subgraph is entered again by a key that it resolves', async () => {
  await using federation = await federate({
    subgraphs: {
      // The key that this subgraph cannot resolve comes first.
      shipping: {
        sdl: `type Query { parcel: Parcel }
              type Parcel @key(fields: "label", resolvable: false) @key(fields: "id") {
                id: ID!
                label: String!
                weight: Int @external
                cost: Int @requires(fields: "weight")
              }`,
        resolvers: {
          Query: { parcel: () => ({ id: '1', label: 'L1' }) },
          Parcel: {
            __resolveReference: (reference: { id?: string }) =>
              reference.id === undefined ? null : { ...reference, label: 'L1' },
            cost: ({ weight }: { weight: number }) => weight * 2,
          },
        },
      },
      scales: {
        sdl: `type Parcel @key(fields: "label") @key(fields: "id") {
                id: ID!
                label: String!
                weight: Int
              }`,
        resolvers: {
          Parcel: { __resolveReference: (reference: object) => ({ ...reference, weight: 21 }) },
        },
      },
    },
  });

  const { body } = await federation.send('{ parcel { cost } }');
  expect(body).toEqual({ data: { parcel: { cost: 42 } } });
  expect(federation.subgraphs['shipping']?.requests.map(({ variables }) => variables)).toEqual([
    {},
    { representations: [{ __typename: 'Parcel', id: '1', weight: 21 }] },
  ]);
});
