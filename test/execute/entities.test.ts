import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';
import type { SeenRequest } from '../harness/subgraph.ts';

const user = (id: string) => ({ __typename: 'User', id });
const representations = (request: SeenRequest | undefined) => request?.variables;

/** Orders point at users; the answers about users are those of `users`. */
const start = (orders: object, users: (request: SeenRequest) => unknown) =>
  federateReused({
    config: exposed,
    subgraphs: {
      orders: {
        sdl: `type Query { order: Order orders: [Order] matrix: [[User]] sure: [[User!]!]! }
          type Order { buyer: User seller: User notes: [User] }
          type User @key(fields: "id") { id: ID! nick: String mentor: User }`,
        answer: (request) =>
          request.query.includes('_entities')
            ? byId((id) => ({ nick: `nick${id}`, mentor: user('1') }))(request)
            : { data: orders },
      },
      users: {
        sdl: `type User @key(fields: "id") { id: ID! name: String age(in: String): Int must: Int! friend: User friends: [User] address: Address }
          type Address { city: String }`,
        answer: users,
      },
    },
  });

/** Answers with `of` of each representation, under whatever key it was asked. */
const byId =
  (of: (id: string, key: string) => unknown) =>
  ({ variables }: SeenRequest) => ({
    data: Object.fromEntries(
      Object.entries(variables)
        .filter(([name]) => name.startsWith('representations'))
        .map(([name, list]) => {
          const key = name.replace('representations', '_entities');
          return [key, (list as { id: string }[]).map(({ id }) => of(id, key))];
        }),
    ),
  });

describe('Entities', () => {
  test('are asked for once, however often they stand in the data', async () => {
    const orders = ['1', '2', '1', '1'].map((id) => ({ buyer: user(id) }));
    await using federation = await start(
      { orders },
      byId((id) => ({ name: `N${id}` })),
    );
    const reply = await federation.send('{ orders { buyer { name } } }');
    expect(reply.body).toEqual({
      data: {
        orders: ['N1', 'N2', 'N1', 'N1'].map((name) => ({ buyer: { name } })),
      },
    });
    expect(representations(federation.subgraphs['users']?.requests[0])).toEqual({
      representations: [user('1'), user('2')],
    });
  });

  test('with a key of several fields are asked for once, too', async () => {
    const seat = (row: number, letter: string) => ({ __typename: 'Seat', row, letter });
    await using federation = await federateReused({
      subgraphs: {
        plans: {
          sdl: `type Query { seats: [Seat] }
            type Seat @key(fields: "row letter") { row: Int! letter: String! }`,
          resolvers: { Query: { seats: () => [seat(1, 'A'), seat(1, 'B'), seat(1, 'A')] } },
        },
        prices: {
          sdl: `type Seat @key(fields: "row letter") { row: Int! letter: String! price: String }`,
          resolvers: {
            Seat: {
              __resolveReference: ({ row, letter }: { row: number; letter: string }) => {
                return { price: `${row}${letter}` };
              },
            },
          },
        },
      },
    });
    const reply = await federation.send('{ seats { price } }');
    expect(reply.body).toEqual({
      data: { seats: [{ price: '1A' }, { price: '1B' }, { price: '1A' }] },
    });
    expect(representations(federation.subgraphs['prices']?.requests[0])).toEqual({
      representations: [seat(1, 'A'), seat(1, 'B')],
    });
  });

  test('with a value of the wrong type are an error at each of their places', async () => {
    const orders = [{ buyer: user('1') }, { buyer: user('1') }];
    await using federation = await start(
      { orders },
      byId(() => ({ address: { city: 7 } })),
    );
    const reply = await federation.send('{ orders { buyer { address { city } } } }');
    expect(reply.body).toEqual({
      errors: [0, 1].map((index) => ({
        message: 'Expected a value of type String for Address.city',
        path: ['orders', index, 'buyer', 'address', 'city'],
        extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE' },
      })),
      data: { orders: [0, 1].map(() => ({ buyer: { address: { city: null } } })) },
    });
  });

  test('of two paths with different selections go out in one request', async () => {
    const order = { buyer: user('1'), seller: user('2') };
    await using federation = await start(
      { order },
      byId((id, key) => (key === '_entities_0' ? { name: `N${id}` } : { age: Number(id) })),
    );
    const reply = await federation.send(
      'query Both($unit: String) { order { buyer { name } seller { age(in: $unit) } } }',
      { unit: 'years' },
    );
    expect(reply.body).toEqual({ data: { order: { buyer: { name: 'N1' }, seller: { age: 2 } } } });
    expect(federation.subgraphs['users']?.requests).toMatchObject([
      {
        query:
          'query Both__users__1($representations_0:[_Any!]!,$representations_1:[_Any!]!,$unit:String)' +
          '{_entities_0:_entities(representations:$representations_0){...on User{name}} ' +
          '_entities_1:_entities(representations:$representations_1){...on User{age(in:$unit)}}}',
        operationName: 'Both__users__1',
        variables: {
          unit: 'years',
          representations_0: [user('1')],
          representations_1: [user('2')],
        },
      },
    ]);
  });

  test('of two paths with the same selection are one list', async () => {
    const order = { buyer: user('1'), seller: user('2'), notes: [user('1'), user('3')] };
    await using federation = await start(
      { order },
      byId((id) => ({ name: `N${id}` })),
    );
    const reply = await federation.send(
      '{ order { buyer { name } seller { name } notes { name } } }',
    );
    expect(reply.body).toEqual({
      data: {
        order: {
          buyer: { name: 'N1' },
          seller: { name: 'N2' },
          notes: [{ name: 'N1' }, { name: 'N3' }],
        },
      },
    });
    const requests = federation.subgraphs['users']?.requests ?? [];
    expect(requests.map(representations)).toEqual([
      { representations: [user('1'), user('2'), user('3')] },
    ]);
    expect(requests[0]?.query).toBe(
      'query($representations:[_Any!]!){_entities(representations:$representations){...on User{name}}}',
    );
  });

  test('that several fetches select in part the same are one list in each of them', async () => {
    const order = { buyer: user('1'), seller: user('1'), notes: [user('1')] };
    await using federation = await start(
      { order },
      byId((id) => ({ name: `N${id}`, age: 5, must: 6 })),
    );
    const reply = await federation.send(
      '{ order { buyer { name age } seller { name must } notes { name age } } }',
    );
    const aged = { name: 'N1', age: 5 };
    expect(reply.body).toEqual({
      data: { order: { buyer: aged, seller: { name: 'N1', must: 6 }, notes: [aged] } },
    });
    const requests = federation.subgraphs['users']?.requests ?? [];
    expect(requests.map(representations)).toEqual([
      { representations_0: [user('1')], representations_1: [user('1')] },
    ]);
  });

  test('whose fields came for one path are not asked for them again for a later one', async () => {
    await using federation = await start(
      { order: { buyer: user('1') } },
      byId((id) => ({ name: `N${id}`, friend: user('2') })),
    );
    const reply = await federation.send('{ order { buyer { name friend { mentor { name } } } } }');
    expect(reply.body).toEqual({
      data: { order: { buyer: { name: 'N1', friend: { mentor: { name: 'N1' } } } } },
    });
    expect(federation.subgraphs['users']?.requests.length).toBe(1);
  });

  test('fail where the part that fails is selected, and nowhere else', async () => {
    const order = { buyer: user('1'), seller: user('1') };
    await using federation = await start({ order }, () => ({
      data: { _entities: [{ name: 'N1', age: null }] },
      errors: [{ message: 'No age', path: ['_entities', 0, 'age'] }],
    }));
    const reply = await federation.send('{ order { buyer { name age } seller { name } } }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'No age',
          path: ['order', 'buyer', 'age'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'users' },
        },
      ],
      data: { order: { buyer: { name: 'N1', age: null }, seller: { name: 'N1' } } },
    });
  });

  test('in lists of lists are found, and nulls among them stay null', async () => {
    const matrix = [[user('1'), null], null, [], [user('2'), user('1')]];
    await using federation = await start(
      { matrix },
      byId((id) => ({ name: `N${id}` })),
    );
    const reply = await federation.send('{ matrix { name } }');
    expect(reply.body).toEqual({
      data: {
        matrix: [[{ name: 'N1' }, null], null, [], [{ name: 'N2' }, { name: 'N1' }]],
      },
    });
    expect(representations(federation.subgraphs['users']?.requests[0])).toEqual({
      representations: [user('1'), user('2')],
    });
  });

  test('that their subgraph does not know are null in what it was to give', async () => {
    const orders = [{ buyer: user('1') }, { buyer: user('2') }, { buyer: null }];
    await using federation = await start(
      { orders },
      byId((id) => (id === '1' ? { name: 'N' } : null)),
    );
    const reply = await federation.send('{ orders { buyer { id name } } }');
    expect(reply.body).toEqual({
      data: {
        orders: [
          { buyer: { id: '1', name: 'N' } },
          { buyer: { id: '2', name: null } },
          { buyer: null },
        ],
      },
    });
  });

  test('that their subgraph does not know are nulled where it may not be null', async () => {
    await using federation = await start(
      { sure: [[user('1')], [user('2')]] },
      byId((id) => (id === '1' ? { must: 1 } : null)),
    );
    const reply = await federation.send('{ sure { must } }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Cannot return null for non-nullable field User.must',
          path: ['sure', 1, 0, 'must'],
          extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE' },
        },
      ],
      data: null,
    });
  });

  test('with a key that is null are asked for as they are; the subgraph has the say', async () => {
    const orders = [{ buyer: { __typename: 'User', id: null } }];
    await using federation = await start(
      { orders },
      byId(() => null),
    );
    const reply = await federation.send('{ orders { buyer { name } } }');
    expect(reply.body).toEqual({ data: { orders: [{ buyer: { name: null } }] } });
  });

  test('without a type or a key are not asked for: that is an error', async () => {
    const orders = [
      { buyer: { id: '1' } },
      { buyer: { __typename: 'User' } },
      { buyer: user('3') },
    ];
    await using federation = await start(
      { orders },
      byId((id) => ({ name: `N${id}` })),
    );
    const reply = await federation.send('{ orders { buyer { name } } }');
    const malformed = (index: number) => ({
      message: 'No value came for User.name',
      path: ['orders', index, 'buyer', 'name'],
      extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE' },
    });
    expect(reply.body).toEqual({
      errors: [malformed(0), malformed(1)],
      data: {
        orders: [{ buyer: { name: null } }, { buyer: { name: null } }, { buyer: { name: 'N3' } }],
      },
    });
  });

  test('that are equal stay apart: what is fetched at one place does not get to another', async () => {
    const order = { buyer: user('1'), seller: user('1') };
    const friend = { __typename: 'User', id: '7' };
    await using federation = await start(
      { order },
      byId((id) => (id === '1' ? { friend: { ...friend, name: 'F' }, friends: [friend] } : {})),
    );
    const reply = await federation.send(
      '{ order { buyer { friend { name nick } } seller { friend { id } friends { nick } } } }',
    );
    expect(reply.body).toEqual({
      data: {
        order: {
          buyer: { friend: { name: 'F', nick: 'nick7' } },
          seller: { friend: { id: '7' }, friends: [{ nick: 'nick7' }] },
        },
      },
    });
  });

  test.each([
    ['fewer', { data: { _entities: [{ name: 'N' }] } }],
    ['more', { data: { _entities: [{ name: 'N' }, { name: 'N' }, { name: 'N' }] } }],
    ['no objects', { data: { _entities: ['N', { name: 'N' }] } }],
  ])('in a list of %s than were asked for are not assigned', async (_, answer) => {
    const orders = [{ buyer: user('1') }, { buyer: user('2') }];
    await using federation = await start({ orders }, () => answer);
    const reply = await federation.send('{ orders { buyer { id name } } }');
    const error = (index: number) => ({
      message: 'users answered with entities that do not match those asked for',
      path: ['orders', index, 'buyer', 'name'],
      extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE', service: 'users' },
    });
    expect(reply.body).toEqual({
      errors: [error(0), error(1)],
      data: {
        orders: [{ buyer: { id: '1', name: null } }, { buyer: { id: '2', name: null } }],
      },
    });
  });

  test('of another type than was asked for lack what was asked', async () => {
    await using federation = await start(
      { order: { buyer: user('1') } },
      byId(() => ({ __typename: 'Order' })),
    );
    const reply = await federation.send('{ order { buyer { name } } }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'No value came for User.name',
          path: ['order', 'buyer', 'name'],
          extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE' },
        },
      ],
      data: { order: { buyer: { name: null } } },
    });
  });
});
