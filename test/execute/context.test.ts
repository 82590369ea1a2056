import { describe, expect, test } from '@jest/globals';
import { exposed } from '../harness/federation.ts';
import { federateReused } from '../harness/reused-federation.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@external", "@shareable", "@context", "@fromContext"
])\n`;

interface Requests {
  readonly requests: readonly { readonly query: string; readonly variables: object }[];
}

/** What was asked of entities: each request's text and variables. */
const entityRequests = (subgraph: Requests | undefined) =>
  subgraph?.requests
    .filter(({ query }) => query.includes('_entities'))
    .map(({ query, variables }) => ({ query, variables }));

const entity = { __resolveReference: ({ id }: { id: string }) => ({ id }) };
const user = (id: string) => ({ __typename: 'User', id });

describe('A context of one type', () => {
  const shop = {
    sdl: `${link} type Query { store: Store stores: [Store!]! }
      type Store @key(fields: "id") @context(name: "store") {
        id: ID! currency: String place: Place tags: [String] users: [[User]] owner: User
        rooms: [Room]
      }
      type Place { city: City } type City { name: String }
      type Room { number: Int keeper: User }
      type User @key(fields: "id") {
        id: ID!
        price(of: Int, in: String @fromContext(field: "$store { currency }")): String
        near(city: String @fromContext(field: "$store { place { city { name } } }")): String
        both(
          currency: String @fromContext(field: "$store { currency }")
          tags: [String] @fromContext(field: "$store { tags }")
        ): String
        rooms(numbers: [Int] @fromContext(field: "$store { rooms { number } }")): String
        friend: User
      }`,
    resolvers: {
      Query: {
        store: () => store('s1', 'EUR'),
        stores: () => [store('s1', 'EUR'), store('s2', 'USD'), store('s3', 'EUR')],
      },
      User: {
        ...entity,
        friend: ({ id }: { id: string }) => ({ id: `${id}f` }),
        price: ({ id }: { id: string }, args: { of?: number; in?: string }) =>
          `${id} ${args.of ?? 'any'} ${args.in}`,
        near: ({ id }: { id: string }, { city }: { city: string }) => `${id} near ${city}`,
        both: ({ id }: { id: string }, args: object) => `${id} ${JSON.stringify(args)}`,
        rooms: (_user: object, { numbers }: { numbers: unknown }) => JSON.stringify(numbers),
      },
    },
  };
  const store = (id: string, currency: string | null) => ({
    id,
    currency,
    place: { city: { name: `city of ${id}` } },
    tags: [id, null],
    users: [[{ id: 'u1' }], null, [{ id: 'u2' }, { id: 'u1' }]],
    owner: { id: 'u1' },
    rooms: [{ number: 1, keeper: { id: 'u1' } }, null, { keeper: { id: 'u3' } }],
  });

  test('hands a value from above the entity to the argument that asks for it', async () => {
    await using federation = await federateReused({ subgraphs: { shop } });
    const reply = await federation.send('{ store { owner { price } } }');
    expect(reply.body).toEqual({ data: { store: { owner: { price: 'u1 any EUR' } } } });
    expect(federation.subgraphs['shop']?.requests[0]?.query).toBe(
      '{store{__typename currency owner{__typename id}}}',
    );
    expect(entityRequests(federation.subgraphs['shop'])).toEqual([
      {
        query:
          'query($representations:[_Any!]!$contextualArgument_1_3:String){_entities(representations:$representations){...on User{price(in:$contextualArgument_1_3)}}}',
        variables: { representations: [user('u1')], contextualArgument_1_3: 'EUR' },
      },
    ]);
  });

  test('one entity under different contexts is asked for under each, in one request', async () => {
    await using federation = await federateReused({ subgraphs: { shop } });
    const reply = await federation.send('{ stores { owner { price } } }');
    expect(reply.body).toEqual({
      data: {
        stores: [
          { owner: { price: 'u1 any EUR' } },
          { owner: { price: 'u1 any USD' } },
          { owner: { price: 'u1 any EUR' } },
        ],
      },
    });
    expect(entityRequests(federation.subgraphs['shop'])).toEqual([
      {
        query:
          'query($representations_0:[_Any!]!,$representations_1:[_Any!]!,$contextualArgument_1_3_0:String,$contextualArgument_1_3_1:String){_entities_0:_entities(representations:$representations_0){...on User{price(in:$contextualArgument_1_3_0)}} _entities_1:_entities(representations:$representations_1){...on User{price(in:$contextualArgument_1_3_1)}}}',
        variables: {
          representations_0: [user('u1')],
          contextualArgument_1_3_0: 'EUR',
          representations_1: [user('u1')],
          contextualArgument_1_3_1: 'USD',
        },
      },
    ]);
  });

  test('differs from place to place though what leads there is fetched once', async () => {
    const friends = {
      sdl: 'type User @key(fields: "id") { id: ID! best: User }',
      resolvers: { User: { __resolveReference: () => ({ best: { id: 'u9' } }) } },
    };
    await using federation = await federateReused({ subgraphs: { shop, friends } });
    const reply = await federation.send('{ stores { owner { best { price } } } }');
    const owner = (currency: string) => ({ owner: { best: { price: `u9 any ${currency}` } } });
    expect(reply.body).toEqual({ data: { stores: [owner('EUR'), owner('USD'), owner('EUR')] } });
    expect(federation.subgraphs['friends']?.requests.map(({ variables }) => variables)).toEqual([
      { representations: [user('u1')] },
    ]);
  });

  test('holds for all entities in the lists and objects below', async () => {
    await using federation = await federateReused({ subgraphs: { shop } });
    const reply = await federation.send(
      '{ stores { users { price } rooms { keeper { price friend { price } } } } }',
    );
    const below = (currency: string) => ({
      users: [
        [{ price: `u1 any ${currency}` }],
        null,
        [{ price: `u2 any ${currency}` }, { price: `u1 any ${currency}` }],
      ],
      rooms: [
        { keeper: { price: `u1 any ${currency}`, friend: { price: `u1f any ${currency}` } } },
        null,
        { keeper: { price: `u3 any ${currency}`, friend: { price: `u3f any ${currency}` } } },
      ],
    });
    expect(reply.body).toEqual({ data: { stores: [below('EUR'), below('USD'), below('EUR')] } });
    expect(entityRequests(federation.subgraphs['shop'])?.map(({ variables }) => variables)).toEqual(
      [
        {
          representations_0: ['u1', 'u2', 'u3', 'u1f', 'u3f'].map(user),
          contextualArgument_1_3_0: 'EUR',
          representations_1: ['u1', 'u2', 'u3', 'u1f', 'u3f'].map(user),
          contextualArgument_1_3_1: 'USD',
        },
      ],
    );
  });

  test('gives one field several arguments, a list and a nested value', async () => {
    await using federation = await federateReused({ subgraphs: { shop } });
    const reply = await federation.send('{ store { owner { both near rooms } } }');
    expect(reply.body).toEqual({
      data: {
        store: {
          owner: {
            both: 'u1 {"currency":"EUR","tags":["s1",null]}',
            near: 'u1 near city of s1',
            rooms: '[1,null,null]',
          },
        },
      },
    });
    expect(entityRequests(federation.subgraphs['shop'])?.map(({ variables }) => variables)).toEqual(
      [
        {
          representations: [user('u1')],
          contextualArgument_1_0: 'EUR',
          contextualArgument_1_1: ['s1', null],
          contextualArgument_1_2: 'city of s1',
          contextualArgument_1_4: [1, null, null],
        },
      ],
    );
  });

  test('a null in the context, or above its value, is a null in the argument', async () => {
    const bare = { ...store('s1', null), place: null, tags: null, rooms: null };
    const resolvers = { ...shop.resolvers, Query: { ...shop.resolvers.Query, store: () => bare } };
    await using federation = await federateReused({ subgraphs: { shop: { ...shop, resolvers } } });
    const reply = await federation.send('{ store { owner { price both near rooms } } }');
    expect(reply.body).toEqual({
      data: {
        store: {
          owner: {
            price: 'u1 any null',
            both: 'u1 {"currency":null,"tags":null}',
            near: 'u1 near null',
            rooms: 'null',
          },
        },
      },
    });
  });

  test.each([true, false])('is not needed where its field is skipped (%s)', async (skipped) => {
    await using federation = await federateReused({ subgraphs: { shop } });
    const reply = await federation.send(
      'query ($skipped: Boolean!) { store { owner { price @skip(if: $skipped) } id } }',
      { skipped },
    );
    const owner = skipped ? {} : { price: 'u1 any EUR' };
    expect(reply.body).toEqual({ data: { store: { owner, id: 's1' } } });
    expect(entityRequests(federation.subgraphs['shop'])).toHaveLength(skipped ? 0 : 1);
  });

  test('is found whatever the client calls the fields, and beside its own variables', async () => {
    await using federation = await federateReused({ subgraphs: { shop } });
    const reply = await federation.send(
      `query ($contextualArgument_1_3: Int, $unused: Boolean = false) {
        currency: stores { currency: id mine: owner { cheap: price(of: $contextualArgument_1_3) price(of: 7) } }
        store @include(if: $unused) { id }
      }`,
      { contextualArgument_1_3: 5 },
    );
    const answer = (id: string, currency: string) => ({
      currency: id,
      mine: { cheap: `u1 5 ${currency}`, price: `u1 7 ${currency}` },
    });
    expect(reply.body).toEqual({
      data: { currency: [answer('s1', 'EUR'), answer('s2', 'USD'), answer('s3', 'EUR')] },
    });
    expect(entityRequests(federation.subgraphs['shop'])?.map(({ variables }) => variables)).toEqual(
      [
        {
          contextualArgument_1_3_client: 5,
          representations_0: [user('u1')],
          contextualArgument_1_3_0: 'EUR',
          representations_1: [user('u1')],
          contextualArgument_1_3_1: 'USD',
        },
      ],
    );
  });
});

describe('A context that several types set', () => {
  const mall = {
    sdl: `${link} type Query { mall: Mall things: [Thing] places: [Place] }
      interface Place @context(name: "place") { id: ID! name: String staff: User }
      union Thing @context(name: "thing") = Mall | Shop
      type Mall implements Place @key(fields: "id") @context(name: "level") {
        id: ID! name: String size: Int staff: User shop: Shop
      }
      type Shop implements Place @key(fields: "id") @context(name: "level") {
        id: ID! name: String area: Int staff: User mall: Mall
      }
      type User @key(fields: "id") {
        id: ID!
        name(place: String @fromContext(field: "$place { name }")): String
        room(
          size: Int @fromContext(field: "$thing ... on Mall { size } ... on Shop { area }")
        ): String
        level(
          size: Int @fromContext(field: "$level ... on Mall { size } ... on Shop { area }")
        ): String
      }`,
    resolvers: {
      Query: {
        mall: () => mallOf('m1'),
        places: () => [mallOf('m1'), null, shopOf('s1')],
        things: () => [shopOf('s1'), mallOf('m1')],
      },
      Place: { __resolveType: ({ type }: { type: string }) => type },
      Thing: { __resolveType: ({ type }: { type: string }) => type },
      User: {
        ...entity,
        name: ({ id }: { id: string }, { place }: { place: string }) => `${id} of ${place}`,
        room: ({ id }: { id: string }, { size }: { size: number }) => `${id} in ${size}`,
        level: ({ id }: { id: string }, { size }: { size: number }) => `${id} at ${size}`,
      },
    },
  };
  const shopOf = (id: string): object => ({
    type: 'Shop',
    id,
    name: 'shop',
    area: 2,
    staff: { id: 'u1' },
    mall: { id: 'm2', name: 'mall', size: 6, staff: { id: 'u1' } },
  });
  const mallOf = (id: string): object => ({
    type: 'Mall',
    id,
    name: 'mall',
    size: 5,
    staff: { id: 'u1' },
    shop: shopOf('s2'),
  });

  test('an interface gives the value of whichever object stands there', async () => {
    await using federation = await federateReused({ subgraphs: { mall } });
    const reply = await federation.send('{ places { staff { name } } }');
    expect(reply.body).toEqual({
      data: {
        places: [{ staff: { name: 'u1 of mall' } }, null, { staff: { name: 'u1 of shop' } }],
      },
    });
    expect(entityRequests(federation.subgraphs['mall'])).toHaveLength(1);
  });

  test('a union gives of each type the field that is selected for it', async () => {
    await using federation = await federateReused({ subgraphs: { mall } });
    const reply = await federation.send(
      '{ things { ... on Mall { staff { room } } ... on Shop { staff { room } } } }',
    );
    expect(reply.body).toEqual({
      data: { things: [{ staff: { room: 'u1 in 2' } }, { staff: { room: 'u1 in 5' } }] },
    });
    expect(entityRequests(federation.subgraphs['mall'])).toHaveLength(1);
  });

  test('what is selected below one of them only is asked for there only', async () => {
    const type = (name: string) => `
      type ${name} @key(fields: "id") @context(name: "any") { id: ID! name: String size: Int staff: User }`;
    const both = {
      sdl: `${link} type Query { things: [Thing] } union Thing = Mall | Shop ${type('Mall')} ${type('Shop')}
        type User @key(fields: "id") {
          id: ID!
          named(name: String @fromContext(field: "$any { name }")): String
          sized(size: Int @fromContext(field: "$any { size }")): String
        }`,
      resolvers: {
        ...mall.resolvers,
        User: {
          ...entity,
          named: (_user: object, { name }: { name: string }) => `named ${name}`,
          sized: (_user: object, { size }: { size: number }) => `sized ${size}`,
        },
      },
    };
    await using federation = await federateReused({ subgraphs: { both } });
    const reply = await federation.send(
      '{ things { ... on Mall { staff { named sized } } ... on Shop { name staff { sized } } } }',
    );
    expect(reply.body).toEqual({
      data: {
        things: [
          { name: 'shop', staff: { sized: 'sized null' } },
          { staff: { named: 'named mall', sized: 'sized 5' } },
        ],
      },
    });
    expect(entityRequests(federation.subgraphs['both'])).toEqual([
      {
        query:
          'query($representations_0:[_Any!]!,$representations_1:[_Any!]!,$contextualArgument_1_1_0:Int,$contextualArgument_1_0_1:String,$contextualArgument_1_1_1:Int){_entities_0:_entities(representations:$representations_0){...on User{sized(size:$contextualArgument_1_1_0)}} _entities_1:_entities(representations:$representations_1){...on User{named(name:$contextualArgument_1_0_1)sized(size:$contextualArgument_1_1_1)}}}',
        variables: {
          representations_0: [user('u1')],
          contextualArgument_1_1_0: null,
          representations_1: [user('u1')],
          contextualArgument_1_0_1: 'mall',
          contextualArgument_1_1_1: 5,
        },
      },
    ]);
  });

  test('the nearest object that sets it is the one that counts', async () => {
    await using federation = await federateReused({ subgraphs: { mall } });
    const reply = await federation.send(
      '{ mall { staff { level } shop { staff { level } mall { staff { level } } } } }',
    );
    expect(reply.body).toEqual({
      data: {
        mall: {
          staff: { level: 'u1 at 5' },
          shop: { staff: { level: 'u1 at 2' }, mall: { staff: { level: 'u1 at 6' } } },
        },
      },
    });
    expect(entityRequests(federation.subgraphs['mall'])?.map(({ variables }) => variables)).toEqual(
      [
        {
          representations_0: [user('u1')],
          contextualArgument_1_0_0: 5,
          representations_1: [user('u1')],
          contextualArgument_1_0_1: 2,
          representations_2: [user('u1')],
          contextualArgument_1_0_2: 6,
        },
      ],
    );
  });
});

describe('A context at the root, and in the result of a mutation', () => {
  test('what the query root sets holds at every depth', async () => {
    const site = {
      sdl: `${link} type Query @context(name: "site") { locale: String user: User }
        type User @key(fields: "id") {
          id: ID! friend: User
          greeting(locale: String @fromContext(field: "$site { locale }")): String
        }`,
      resolvers: {
        Query: { locale: () => 'nl', user: () => ({ id: 'u1' }) },
        User: {
          ...entity,
          friend: () => ({ id: 'u2' }),
          greeting: ({ id }: { id: string }, { locale }: { locale: string }) => `${id} ${locale}`,
        },
      },
    };
    await using federation = await federateReused({ subgraphs: { site } });
    const reply = await federation.send('{ user { greeting friend { greeting } } }');
    expect(reply.body).toEqual({
      data: { user: { greeting: 'u1 nl', friend: { greeting: 'u2 nl' } } },
    });
    expect(entityRequests(federation.subgraphs['site'])?.map(({ variables }) => variables)).toEqual(
      [{ representations: [user('u1'), user('u2')], contextualArgument_1_0: 'nl' }],
    );
  });

  test('each result of a mutation is a context of its own', async () => {
    const teams = {
      sdl: `${link} type Query { team: Team } type Mutation { rename(to: String): Team hire: Team }
        type Team @key(fields: "id") @context(name: "team") { id: ID! name: String lead: User }
        type User @key(fields: "id") {
          id: ID!
          title(team: String @fromContext(field: "$team { name }")): String
        }`,
      resolvers: {
        Mutation: {
          rename: (_root: unknown, { to }: { to: string }) => ({ name: to, lead: { id: 'u1' } }),
          hire: () => ({ name: 'hired', lead: { id: 'u1' } }),
        },
        User: {
          ...entity,
          title: ({ id }: { id: string }, { team }: { team: string }) => `${id} leads ${team}`,
        },
      },
    };
    await using federation = await federateReused({ subgraphs: { teams } });
    const reply = await federation.send(
      'mutation { rename(to: "A") { lead { title } } b: rename(to: "B") { lead { title } } hire { lead { title } } }',
    );
    expect(reply.body).toEqual({
      data: {
        rename: { lead: { title: 'u1 leads A' } },
        b: { lead: { title: 'u1 leads B' } },
        hire: { lead: { title: 'u1 leads hired' } },
      },
    });
    expect(federation.subgraphs['teams']?.requests.map(({ query }) => query.slice(0, 8))).toEqual([
      'mutation',
      'query($r',
    ]);
  });
});

describe('A context that another subgraph supplies', () => {
  const rates = (answer?: () => unknown) => ({
    sdl: `${link} type Store @key(fields: "id") { id: ID! currency: String region: String }`,
    resolvers: {
      Store: {
        __resolveReference: ({ id }: { id: string }) =>
          id === 's3' ? null : { currency: `currency of ${id}`, region: `region of ${id}` },
      },
    },
    ...(answer !== undefined && { answer }),
  });
  const shop = {
    sdl: `${link} type Query { store: Store stores: [Store] }
      type Store @key(fields: "id") @context(name: "store") {
        id: ID! currency: String @external label: String tag: String owner: User
      }
      type User @key(fields: "id") {
        id: ID!
        price(of: Int, in: String @fromContext(field: "$store { currency }")): String
        note(
          text: String, label: String @fromContext(field: "$store { label }")
          contextualArgument_2_1: Int
        ): String
        strict(in: String @fromContext(field: "$store { currency }")): String!
        pair(
          in: String @fromContext(field: "$store { currency }")
          tag: String @fromContext(field: "$store { tag }")
        ): String
        bag: Bag
        bags: [Bag]
      }
      type Bag @key(fields: "id") {
        id: ID! value(in: String @fromContext(field: "$store { currency }")): String!
      }`,
    resolvers: {
      Query: {
        store: () => ({ id: 's1', label: 'L1', owner: { id: 'u1' } }),
        stores: () =>
          ['s1', 's2', 's3'].map((id) => ({ id, label: `L ${id}`, owner: { id: 'u1' } })),
      },
      User: {
        ...entity,
        bag: () => ({ id: 'b1' }),
        bags: () => [{ id: 'b1' }, { id: 'b2' }],
        strict: (_user: object, args: { in: string }) => args.in,
        price: ({ id }: { id: string }, args: { of?: number; in: string }) => {
          if (args.in === 'currency of s2') throw new Error('Never in that');
          return `${id} ${args.in}`;
        },
        note: (_user: object, { text, label }: { text: string; label: string }) =>
          `${text}: ${label}`,
      },
      Bag: { ...entity, value: (_bag: object, args: { in: string }) => args.in },
    },
  };

  test('is fetched before, and an error below it stands where its entity does', async () => {
    await using federation = await federateReused({
      config: exposed,
      subgraphs: { shop, rates: rates() },
    });
    const reply = await federation.send('{ stores { mine: owner { price } } }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Never in that',
          path: ['stores', 1, 'mine', 'price'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'shop' },
        },
      ],
      data: {
        stores: [
          { mine: { price: 'u1 currency of s1' } },
          { mine: { price: null } },
          { mine: { price: 'u1 null' } },
        ],
      },
    });
    expect(entityRequests(federation.subgraphs['shop'])).toHaveLength(1);
  });

  const text = 'no $contextualArgument_2_1 here';

  test('reaches nested objects, and leaves what looks like its variables alone', async () => {
    await using federation = await federateReused({ subgraphs: { shop, rates: rates() } });
    const reply = await federation.send(
      `query ($of: Int) { stores { owner { note(text: "${text}", contextualArgument_2_1: $of) bag { value } } } }`,
      { of: 4 },
    );
    const owner = (id: string) => ({
      note: `${text}: L ${id}`,
      bag: { value: `currency of ${id}` },
    });
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Subgraph error',
          path: ['stores', 2, 'owner', 'bag', 'value'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'shop' },
        },
      ],
      data: {
        stores: [
          { owner: owner('s1') },
          { owner: owner('s2') },
          { owner: { note: `${text}: L s3`, bag: null } },
        ],
      },
    });
  });

  test('what depends on it is lost for the reason for which it was, the rest is asked', async () => {
    const answer = () => ({ data: null, errors: [{ message: 'Out of order' }] });
    await using federation = await federateReused({
      config: exposed,
      subgraphs: { shop, rates: rates(answer) },
    });
    const reply = await federation.send(
      `query Lost($of: Int) { store { owner { price(of: $of) pair note(text: "${text}") } } }`,
      { of: 4 },
    );
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Out of order',
          path: ['store', 'owner', 'price'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'rates' },
        },
        {
          message: 'Out of order',
          path: ['store', 'owner', 'pair'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'rates' },
        },
      ],
      data: { store: { owner: { price: null, pair: null, note: `${text}: L1` } } },
    });
    expect(entityRequests(federation.subgraphs['shop'])).toEqual([
      {
        query: `query Lost__shop__2($representations:[_Any!]!,$contextualArgument_2_1:String){_entities(representations:$representations){...on User{note(text:"${text}" label:$contextualArgument_2_1)}}}`,
        variables: { representations: [user('u1')], contextualArgument_2_1: 'L1' },
      },
    ]);
  });

  test.each([true, false])('of each item of a list (all there: %s)', async (there) => {
    const rooms = {
      sdl: `${link} type Room @key(fields: "id") { id: ID! number: Int }`,
      resolvers: {
        Room: {
          __resolveReference: ({ id }: { id: string }) => {
            if (!there && id === 'r2') throw new Error('No such room');
            return { number: Number(id.slice(1)) };
          },
        },
      },
    };
    const house = {
      sdl: `${link} type Query { house: House }
        type House @key(fields: "id") @context(name: "house") {
          id: ID! rooms: [Room] keeper: User
        }
        type Room @key(fields: "id") { id: ID! number: Int @external }
        type User @key(fields: "id") {
          id: ID! keys(to: [Int] @fromContext(field: "$house { rooms { number } }")): [Int]
        }`,
      resolvers: {
        Query: {
          house: () => ({ id: 'h1', rooms: [{ id: 'r1' }, { id: 'r2' }], keeper: { id: 'u1' } }),
        },
        User: { ...entity, keys: (_user: object, { to }: { to: number[] }) => to },
      },
    };
    await using federation = await federateReused({ config: exposed, subgraphs: { house, rooms } });
    const reply = await federation.send('{ house { keeper { keys } } }');
    const lost = {
      message: 'No such room',
      path: ['house', 'keeper', 'keys'],
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'rooms' },
    };
    expect(reply.body).toEqual(
      there
        ? { data: { house: { keeper: { keys: [1, 2] } } } }
        : { errors: [lost], data: { house: { keeper: { keys: null } } } },
    );
  });

  test('nothing is asked where only what is lost was to be asked', async () => {
    const answer = () => ({ data: null, errors: [{ message: 'Out of order' }] });
    await using federation = await federateReused({
      config: exposed,
      subgraphs: { shop, rates: rates(answer) },
    });
    const reply = await federation.send('{ store { label owner { strict } } }');
    expect(reply.body).toEqual({
      errors: [
        {
          message: 'Out of order',
          path: ['store', 'owner', 'strict'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'rates' },
        },
      ],
      data: { store: { label: 'L1', owner: null } },
    });
    expect(entityRequests(federation.subgraphs['shop'])).toEqual([]);
  });

  test('a nested field that is lost leaves the object that has it', async () => {
    const answer = () => ({ data: null, errors: [{ message: 'Out of order' }] });
    const bags = {
      sdl: `${link} type Bag @key(fields: "id") { id: ID! keepers: [User] }
        type User @key(fields: "id") { id: ID! }`,
      resolvers: { Bag: { ...entity, keepers: () => [{ id: 'u7' }, { id: 'u8' }] } },
    };
    await using federation = await federateReused({
      config: exposed,
      subgraphs: { bags, shop, rates: rates(answer) },
    });
    const reply = await federation.send(
      '{ store { owner { bag { keepers { bags { value } } } } } }',
    );
    const lost = (keeper: number, bag: number) => ({
      message: 'Out of order',
      path: ['store', 'owner', 'bag', 'keepers', keeper, 'bags', bag, 'value'],
      extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'rates' },
    });
    expect(reply.body).toEqual({
      errors: [lost(0, 0), lost(0, 1), lost(1, 0), lost(1, 1)],
      data: {
        store: { owner: { bag: { keepers: [{ bags: [null, null] }, { bags: [null, null] }] } } },
      },
    });
    expect(entityRequests(federation.subgraphs['shop'])).toEqual([
      {
        query:
          'query($representations:[_Any!]!){_entities(representations:$representations){...on User{bags{__typename}}}}',
        variables: { representations: [user('u7'), user('u8')] },
      },
    ]);
  });
});
