import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printSchema,
} from 'graphql';
import { type DemoGateway, demoGateway, type Fetch } from '../harness/demo.ts';

let demo: DemoGateway;
/** What a client learns of the graph, as SDL. */
let apiSchema: string;
beforeAll(async () => {
  demo = await demoGateway();
  const { body } = await demo.ask(getIntrospectionQuery({ specifiedByUrl: true }));
  const { data } = body as { readonly data: IntrospectionQuery };
  apiSchema = printSchema(buildClientSchema(data));
});
afterAll(async () => demo[Symbol.asyncDispose]());

describe('@inaccessible', () => {
  test.each([
    ['by its name', '{ account(id: "a-1") { riskScore } }', 24],
    ['in a fragment', '{ accounts { ...F } } fragment F on Account { riskScore }', 47],
    ['under an alias', '{ account(id: "a-1") { name: riskScore } }', 24],
  ])('hides a field from a client who asks for it %s', async (_, query, column) => {
    expect(await demo.ask(query)).toEqual({
      status: 400,
      body: {
        errors: [
          {
            message: 'Cannot query field "riskScore" on type "Account".',
            locations: [{ line: 1, column }],
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          },
        ],
      },
      fetches: [],
    });
  });

  test('hides a field from introspection', async () => {
    const { body } = await demo.ask('{ __type(name: "Account") { fields { name } } }');
    const names = ['id', 'name', 'country', 'memberSince', 'email', 'totalSpent', 'tier'];
    const fields = [...names, 'orders', 'creditLimit', 'reviews'].map((name) => ({ name }));
    expect(body).toEqual({ data: { __type: { fields } } });
    expect(apiSchema).not.toContain('riskScore');
  });

  test('leaves the field to the plan, and the answer without it', async () => {
    expect(await demo.ask('{ account(id: "a-2") { creditLimit { amountMinor } } }')).toEqual({
      status: 200,
      body: { data: { account: { creditLimit: { amountMinor: 60_000 } } } },
      fetches: [
        ['accounts-query', '{account(id:"a-2"){__typename id riskScore}}'],
        [
          'orders-query',
          '...on Account{creditLimit{amountMinor}}',
          [{ __typename: 'Account', id: 'a-2', riskScore: 40 }],
        ],
      ],
    });
  });
});

describe('@authenticated, @requiresScopes and @policy', () => {
  test.each<[string, string, unknown, readonly string[], readonly Fetch[]]>([
    [
      '@authenticated',
      '{ account(id: "a-1") { name email } }',
      { account: null },
      ['account', 'email'],
      [['accounts-query', '{account(id:"a-1"){name}}']],
    ],
    [
      '@authenticated',
      '{ orders(first: 1) { id account { ...F } } } fragment F on Account { email }',
      { orders: [{ id: 'o-5', account: null }] },
      ['orders', '@', 'account', 'email'],
      [['orders-query', '{orders(first:1){id}}']],
    ],
    [
      '@requiresScopes',
      '{ order(id: "o-1") { status paymentReference } }',
      { order: { status: 'SHIPPED', paymentReference: null } },
      ['order', 'paymentReference'],
      [['orders-query', '{order(id:"o-1"){status}}']],
    ],
    [
      '@requiresScopes',
      'mutation { shipOrder(id: "o-2") { paymentReference } }',
      null,
      ['shipOrder', 'paymentReference'],
      [],
    ],
    ['@policy', '{ salesReport { orderCount } }', null, ['salesReport'], []],
  ])('%s leaves out what nobody may see: %s', async (_, query, data, path, fetches) => {
    const error = {
      message: 'Unauthorized field or type',
      path,
      extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
    };
    expect(await demo.ask(query)).toEqual({
      status: 200,
      body: { data, errors: [error] },
      fetches,
    });
  });

  test('the same operations without those fields are answered', async () => {
    expect(await demo.ask('{ account(id: "a-1") { name } order(id: "o-2") { status } }')).toEqual({
      status: 200,
      body: { data: { account: { name: 'Mira Lang' }, order: { status: 'PLACED' } } },
      fetches: [
        ['accounts-query', '{account(id:"a-1"){name}}'],
        ['orders-query', '{order(id:"o-2"){status}}'],
      ],
    });
  });
});

describe('directives that clients do not see', () => {
  test.each([
    [
      '@tag',
      '{ product(id: "p-2") { weightGrams stock { onHand warehouse { city } } } }',
      { product: { weightGrams: 900, stock: [{ onHand: 12, warehouse: { city: 'Hamburg' } }] } },
    ],
    [
      '@cost',
      '{ search(text: "ATLAS") { ... on Book { name } } product(id: "p-3") { recommendations { name } } }',
      {
        search: [{ name: 'Atlas of Stars' }],
        product: { recommendations: [{ name: 'Pocket Radio' }, { name: 'Kettle One' }] },
      },
    ],
    [
      '@listSize',
      `{
        products(first: 1, after: "p-1", filter: { kind: BOOK }) {
          nodes { name stock { onHand } }
          pageInfo { hasNextPage endCursor }
        }
      }`,
      {
        products: {
          nodes: [{ name: 'Maps of the Alps', stock: [{ onHand: 12 }] }],
          pageInfo: { hasNextPage: true, endCursor: 'p-2' },
        },
      },
    ],
    [
      '@cacheTag',
      '{ brand(id: "b-3") { name } review(id: "r-3") { text } order(id: "o-5") { status } }',
      {
        brand: { name: 'Voltaro' },
        review: { text: 'The battery lasts for a day.' },
        order: { status: 'CANCELLED' },
      },
    ],
  ])('fields with %s answer', async (_, query, data) => {
    const { status, body } = await demo.ask(query);
    expect({ status, body }).toEqual({ status: 200, body: { data } });
  });

  test('none of them is in the introspected schema, nor is anything that @link brought in', () => {
    const used = [...apiSchema.matchAll(/^[^"#]*?@(\w+)/gm)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(['specifiedBy']));
    expect(apiSchema).not.toMatch(/^directive /m);
    expect(apiSchema).not.toMatch(
      /\b(?:link|join|federation)__|\b_(?:Any|Entity|Service|entities)/,
    );
  });

  test('a tool may ask for everything that introspection can tell', async () => {
    const everything = getIntrospectionQuery({
      schemaDescription: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    const { status, body } = await demo.ask(everything);
    expect(status).toBe(200);
    const { data } = body as { readonly data: IntrospectionQuery };
    expect(printSchema(buildClientSchema(data))).toBe(apiSchema);
  });

  test('introspection names the directives of GraphQL and no others', async () => {
    const { body } = await demo.ask('{ __schema { directives { name } } }');
    const names = ['include', 'skip', 'deprecated', 'specifiedBy', 'oneOf'];
    const directives = names.map((name) => ({ name }));
    expect(body).toEqual({ data: { __schema: { directives } } });
  });
});
