import { describe, expect, test } from '@jest/globals';
import { compose } from '../../src/supergraph/compose.ts';
import type { SubgraphSource } from '../../src/supergraph/subgraph-source.ts';
import { link, problemsOf, subgraph } from './sdl.ts';

const fed = link('v2.7', 'key', 'shareable', 'external', 'interfaceObject');
const stub = 'type Order @key(fields: "id", resolvable: false) { id: ID! }';
const orders = subgraph(
  'orders',
  `${fed}type Query { order: Order }\ntype Order @key(fields: "id") { id: ID! total: Int }`,
  'query',
);

/** A command subgraph with these definitions beside its link. */
const commands = (sdl: string) => subgraph('commands', `${fed}${sdl}`, 'command');

/** The codes of what the CQRS rules refuse, leaving aside what composition itself does. */
function codes(...subgraphs: readonly SubgraphSource[]): readonly string[] {
  const found = problemsOf(compose(subgraphs)).map(({ code }) => code);
  return found.filter((code) => code.startsWith('CQRS_'));
}

test('query and command subgraphs that keep to the rules compose', () => {
  const command = commands(`type Mutation { placeOrder: Order }\n${stub}`);
  expect(problemsOf(compose([orders, command]))).toEqual([]);
});

test('subgraphs without a role are bound by no rule', () => {
  const both = `${fed}type Query { order: Order } type Mutation { placeOrder: Order }
    type Order @key(fields: "id") { id: ID! }`;
  expect(problemsOf(compose([subgraph('both', both)]))).toEqual([]);
});

test('all violations are told at once, beside what composition finds', () => {
  const command = commands(
    'type Query { a: Int } type Mutation { b: Item } type Item @key(fields: "id") { id: ID! }',
  );
  const query = subgraph('queries', `${fed}type Mutation { c: Int }`, 'query');
  expect(codes(command, query)).toEqual([
    'CQRS_QUERY_HAS_MUTATION',
    'CQRS_COMMAND_HAS_QUERY',
    'CQRS_COMMAND_RESOLVES_ENTITY',
    'CQRS_RESULT_UNREADABLE',
  ]);
});

describe('CQRS_QUERY_HAS_MUTATION', () => {
  test('names the mutations and stands at the first', () => {
    const sdl =
      'type Query { a: Int }\ntype Mutation {\n  b: Int\n}\nextend type Mutation { c: Int }';
    expect(problemsOf(compose([subgraph('reads', sdl, 'query')]))).toEqual([
      {
        code: 'CQRS_QUERY_HAS_MUTATION',
        message: 'Query subgraph "reads" has mutations (b, c): they belong in a command subgraph',
        subgraph: 'reads',
        file: 'reads.graphql',
        line: 3,
        column: 3,
      },
    ]);
  });

  test.each([
    ['an extension alone', 'type Query { a: Int } extend type Mutation { b: Int }'],
    ['a renamed root type', 'schema { query: Q mutation: M } type Q { a: Int } type M { b: Int }'],
    [
      'a renamed root in an extension',
      'extend schema { mutation: M } type Query { a: Int } type M { b: Int }',
    ],
  ])('sees %s', (_, sdl) => {
    expect(codes(subgraph('reads', sdl, 'query'))).toEqual(['CQRS_QUERY_HAS_MUTATION']);
  });
});

describe('CQRS_COMMAND_HAS_QUERY', () => {
  test('names the queries and stands at the first', () => {
    const command = commands('type Query {\n  a: Int\n}\ntype Mutation { b: Int }');
    expect(problemsOf(compose([command]))).toEqual([
      {
        code: 'CQRS_COMMAND_HAS_QUERY',
        message: 'Command subgraph "commands" has queries (a): they belong in a query subgraph',
        subgraph: 'commands',
        file: 'commands.graphql',
        line: 3,
        column: 3,
      },
    ]);
  });

  test('sees a renamed root type', () => {
    const sdl = 'schema { query: Q mutation: M } type Q { a: Int } type M { b: Int }';
    expect(codes(subgraph('writes', sdl, 'command'))).toEqual(['CQRS_COMMAND_HAS_QUERY']);
  });

  test('leaves federation its own fields', () => {
    const command =
      commands(`type Query { _service: _Service! _entities(representations: [_Any!]!): [_Entity]! }
      type _Service { sdl: String } scalar _Any union _Entity = Order
      type Mutation { placeOrder: Order } ${stub}`);
    expect(problemsOf(compose([orders, command]))).toEqual([]);
  });
});

describe('CQRS_COMMAND_RESOLVES_ENTITY', () => {
  test('stands at the key that is resolvable', () => {
    const command = commands(
      'type Mutation { placeOrder: Order }\ntype Order\n  @key(fields: "id") { id: ID! }',
    );
    expect(problemsOf(compose([orders, command]))).toEqual([
      {
        code: 'CQRS_COMMAND_RESOLVES_ENTITY',
        message:
          'Command subgraph "commands" resolves entity "Order": declare a stub, with resolvable: false in its @key',
        subgraph: 'commands',
        file: 'commands.graphql',
        line: 4,
        column: 3,
      },
    ]);
  });

  test.each([
    [
      'one key of two',
      'type Order @key(fields: "id", resolvable: false) @key(fields: "sku") { id: ID! sku: ID! }',
    ],
    ['a key in an extension', `${stub} extend type Order @key(fields: "sku") { sku: ID! }`],
    ['resolvable: true', 'type Order @key(fields: "id", resolvable: true) { id: ID! }'],
    ['an interface object', 'type Order @interfaceObject @key(fields: "id") { id: ID! }'],
    ['an interface', 'interface Order @key(fields: "id") { id: ID! }'],
  ])('sees %s', (_, sdl) => {
    const command = commands(`type Mutation { placeOrder: Int } ${sdl}`);
    expect(codes(orders, command)).toEqual(['CQRS_COMMAND_RESOLVES_ENTITY']);
  });

  test.each([
    ['import: [{ name: "@key", as: "@k" }]', 'k'],
    ['import: []', 'federation__key'],
    ['as: "fed"', 'fed__key'],
  ])('knows @key by its name under %s', (imports, key) => {
    const schema = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", ${imports})`;
    const type = (resolvable: boolean) =>
      `${schema} type Mutation { placeOrder: Order } type Order @${key}(fields: "id", resolvable: ${resolvable}) { id: ID! }`;
    expect(codes(orders, subgraph('writes', type(true), 'command'))).toEqual([
      'CQRS_COMMAND_RESOLVES_ENTITY',
    ]);
    expect(problemsOf(compose([orders, subgraph('writes', type(false), 'command')]))).toEqual([]);
  });

  test('takes a directive that is merely called @key for what it is', () => {
    const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7")
      directive @key(fields: String) on OBJECT
      type Mutation { placeOrder: Receipt } type Receipt @key(fields: "id") { id: ID! }`;
    expect(codes(orders, subgraph('writes', sdl, 'command'))).toEqual([]);
  });
});

describe('CQRS_RESULT_UNREADABLE', () => {
  const invoice = 'type Invoice @key(fields: "id", resolvable: false) { id: ID! }';

  test('names the entity, its keys and its mutations, and stands at the first', () => {
    const command = commands(
      `type Mutation {\n  ok: Order\n  bill: Invoice\n  rebill: [Invoice!]! }\n${stub} ${invoice}`,
    );
    expect(problemsOf(compose([orders, command]))).toEqual([
      {
        code: 'CQRS_RESULT_UNREADABLE',
        message:
          'Command subgraph "commands" returns entity "Invoice" (from bill, rebill), which no query subgraph resolves by its key "id"',
        subgraph: 'commands',
        file: 'commands.graphql',
        line: 4,
        column: 3,
      },
    ]);
  });

  test.each([
    ['a list', 'type Mutation { bill: [[Invoice!]!]! }'],
    ['a payload', 'type Mutation { bill: Payload } type Payload { ok: Boolean invoice: Invoice }'],
    [
      'a payload of a payload',
      'type Mutation { bill: A } type A { b: B } type B { a: A invoice: Invoice }',
    ],
    [
      'a union',
      'type Mutation { bill: Result } union Result = Invoice | Refused type Refused { why: String }',
    ],
    [
      'an interface',
      'type Mutation { bill: Paper } interface Paper { id: ID! } type Sheet implements Paper { id: ID! invoice: Invoice }',
    ],
    [
      'another entity',
      `type Mutation { bill: Order } extend type Order { invoice: Invoice } ${stub}`,
    ],
    ['a renamed root type', 'extend schema { mutation: M } type M { bill: Invoice }'],
  ])('looks through %s', (_, sdl) => {
    expect(codes(orders, commands(`${sdl} ${invoice}`))).toEqual(['CQRS_RESULT_UNREADABLE']);
  });

  test('looks at the implementations of an entity interface', () => {
    const command = commands(`type Mutation { bill: Paper }
      interface Paper @key(fields: "id", resolvable: false) { id: ID! }
      type Note implements Paper @key(fields: "id", resolvable: false) { id: ID! }
      type Sheet implements Paper @key(fields: "id", resolvable: false) { id: ID! }`);
    const papers = subgraph(
      'papers',
      `${fed}type Query { sheet: Sheet } type Sheet @key(fields: "id") { id: ID! }`,
      'query',
    );
    const problems = problemsOf(compose([papers, command]));
    expect(problems.map(({ message }) => message)).toEqual([
      'Command subgraph "commands" returns entity "Note" (from bill), which no query subgraph resolves by its key "id"',
    ]);
  });

  test('leaves an entity alone that no mutation returns', () => {
    expect(codes(orders, commands(`type Mutation { bill: Int } ${invoice}`))).toEqual([]);
  });

  describe('finds an entity readable', () => {
    const returning = (type: string) =>
      commands(`type Mutation { bill: Invoice } type Invoice ${type}`);
    const reader = (type: string, role?: 'query' | 'command') =>
      subgraph('invoices', `${fed}type Query { ready: Int } ${type}`, role);

    test('through a subgraph without a role', () => {
      const invoices = reader('type Invoice @key(fields: "id") { id: ID! }');
      expect(
        codes(invoices, returning('@key(fields: "id", resolvable: false) { id: ID! }')),
      ).toEqual([]);
    });

    test('never through another command subgraph', () => {
      const invoices = reader('type Invoice @key(fields: "id") { id: ID! }', 'command');
      expect(
        codes(invoices, returning('@key(fields: "id", resolvable: false) { id: ID! }')),
      ).toEqual([
        'CQRS_COMMAND_HAS_QUERY',
        'CQRS_COMMAND_RESOLVES_ENTITY',
        'CQRS_RESULT_UNREADABLE',
      ]);
    });

    test('never through a stub of a query subgraph', () => {
      const invoices = reader(
        'type Invoice @key(fields: "id", resolvable: false) { id: ID! }',
        'query',
      );
      expect(
        codes(invoices, returning('@key(fields: "id", resolvable: false) { id: ID! }')),
      ).toEqual(['CQRS_RESULT_UNREADABLE']);
    });

    test.each([
      ['the same key in another order', '"org { id name } no"', '"no org { name id }"', []],
      ["a key that is part of the stub's", '"id no"', '"id"', []],
      ['another key', '"id"', '"no"', ['CQRS_RESULT_UNREADABLE']],
      ['a key with more than the stub has', '"id"', '"id no"', ['CQRS_RESULT_UNREADABLE']],
    ])('by key: %s', (_, stubKey, readerKey, expected) => {
      const fields = '{ id: ID! no: Int! org: Org } type Org @shareable { id: ID! name: ID! }';
      const invoices = reader(`type Invoice @key(fields: ${readerKey}) ${fields}`, 'query');
      const command = returning(`@key(fields: ${stubKey}, resolvable: false) ${fields}`);
      expect(codes(invoices, command)).toEqual(expected);
    });

    test('through an interface object of its interface', () => {
      const media = subgraph(
        'media',
        `${fed}type Query { media: Media } interface Media @key(fields: "id") { id: ID! }
         type Book implements Media @key(fields: "id") { id: ID! }`,
        'command',
      );
      const ratings = subgraph(
        'ratings',
        `${fed}type Query { ready: Int } type Media @interfaceObject @key(fields: "id") { id: ID! stars: Int }`,
        'query',
      );
      const command = commands(
        'type Mutation { publish: Book } type Book @key(fields: "id", resolvable: false) { id: ID! }',
      );
      expect(codes(ratings, media, command)).not.toContain('CQRS_RESULT_UNREADABLE');
      expect(codes(media, command)).toContain('CQRS_RESULT_UNREADABLE');
    });
  });
});
