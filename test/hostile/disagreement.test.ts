import { describe, expect, test } from '@jest/globals';
import { type Federation, federate } from '../harness/federation.ts';
import type { Answer } from '../harness/subgraph.ts';

/** Two subgraphs that know the same users, and answer as they are told. */
function pair(one: Answer, other: Answer): Promise<Federation> {
  const shared = 'id: ID! name: String @shareable';
  return federate({
    subgraphs: {
      one: {
        sdl: `type Query { me: User } type User @key(fields: "id") { ${shared} partner: User }`,
        answer: one,
      },
      other: {
        sdl: `type Query { peer: User } type User @key(fields: "id") { ${shared} bio: String partner: User @external
          pair: String @requires(fields: "partner { id partner { id } }") }`,
        answer: other,
      },
    },
  });
}

const ada = { __typename: 'User', id: '1', name: 'Ada' };

describe('135: of subgraphs that know one entity', () => {
  test('each is believed in what it was asked for', async () => {
    await using federation = await pair(
      () => ({ data: { me: ada } }),
      ({ query }) => {
        const entity = { __typename: 'User', bio: 'mathematician' };
        if (query.includes('_entities')) return { data: { _entities: [entity] } };
        return { data: { peer: { ...ada, name: 'Eve', bio: 'b' } } };
      },
    );
    const { body } = await federation.send('{ me { id name bio } peer { id name bio } }');
    expect(body).toEqual({
      data: {
        me: { id: '1', name: 'Ada', bio: 'mathematician' },
        peer: { id: '1', name: 'Eve', bio: 'b' },
      },
    });
  });

  test('one may require what leads back to where it began', async () => {
    const partner = { __typename: 'User', id: '2', partner: ada };
    await using federation = await pair(
      () => ({ data: { me: { ...ada, partner } } }),
      ({ variables }) => {
        const [user] = variables['representations'] as readonly [
          typeof ada & { partner: typeof partner },
        ];
        return { data: { _entities: [{ pair: `${user.id}-${user.partner.partner.id}` }] } };
      },
    );
    const { body } = await federation.send('{ me { pair partner { partner { pair } } } }');
    expect(body).toMatchObject({ data: { me: { pair: '1-1' } } });
  });
});
