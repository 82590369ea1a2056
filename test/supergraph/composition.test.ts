import { FEDERATION_VERSIONS } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { isObjectType } from 'graphql';
import { createPlanner, type Planner } from '../../src/plan/planner.ts';
import { compose } from '../../src/supergraph/compose.ts';
import type { Composition } from '../../src/supergraph/composition.ts';
import { link, problemsOf, subgraph } from './sdl.ts';

const versions = FEDERATION_VERSIONS.versions().map(({ major, minor }) => `v${major}.${minor}`);

function sdlOf(composition: Composition): string {
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems));
  return composition.supergraphSdl;
}

function fieldsOf({ apiSchema }: Planner, type: string): readonly string[] {
  const found = apiSchema.getType(type);
  return isObjectType(found) ? Object.keys(found.getFields()).sort() : [];
}

describe('the versions of Federation', () => {
  test('start with 2.0 and reach 2.14 at least', () => {
    expect(versions).toEqual(expect.arrayContaining(['v2.0', 'v2.14']));
    expect(versions.length).toBeGreaterThanOrEqual(15);
  });

  test.each(versions)('a subgraph that links %s composes with one of the newest', (version) => {
    const planner = createPlanner(
      sdlOf(
        compose([
          subgraph(
            'products',
            `${link(version, 'key')}type Query { product: Product } type Product @key(fields: "id") { id: ID! }`,
          ),
          subgraph(
            'prices',
            `${link(versions.at(-1) ?? '', 'key')}type Product @key(fields: "id") { id: ID! price: Int }`,
          ),
        ]),
      ),
    );
    expect(planner.subgraphs).toEqual([
      { name: 'prices', url: 'http://prices.test/graphql' },
      { name: 'products', url: 'http://products.test/graphql' },
    ]);
    expect(fieldsOf(planner, 'Product')).toEqual(['id', 'price']);
  });

  test('a version that is not known yet is a problem with a place', () => {
    const sdl = `${link('v2.999', 'key')}type Query { product: ID }`;
    expect(problemsOf(compose([subgraph('products', sdl)]))).toEqual([
      {
        code: 'UNKNOWN_FEDERATION_LINK_VERSION',
        message:
          '[products] Invalid version v2.999 for the federation feature in @link directive on schema',
        subgraph: 'products',
        file: 'products.graphql',
        line: 1,
        column: 15,
      },
    ]);
  });

  test('Federation 1 subgraphs are upgraded on the way', () => {
    const planner = createPlanner(
      sdlOf(
        compose([
          subgraph(
            'products',
            'type Query { product: Product } type Product @key(fields: "id") { id: ID! name: String }',
          ),
          subgraph(
            'prices',
            'extend type Product @key(fields: "id") { id: ID! @external price: Int }',
          ),
        ]),
      ),
    );
    expect(fieldsOf(planner, 'Product')).toEqual(['id', 'name', 'price']);
  });
});

describe('the directives of federation', () => {
  const product = 'type Product @key(fields: "id")';

  test.each([
    ['@authenticated', `${link('v2.5', 'authenticated')}type Query { a: Int @authenticated }`],
    [
      '@requiresScopes(scopes: [["read"]])',
      `${link('v2.5', 'requiresScopes')}type Query { a: Int @requiresScopes(scopes: [["read"]]) }`,
    ],
    [
      '@policy(policies: [["owner"]])',
      `${link('v2.6', 'policy')}type Query { a: Int @policy(policies: [["owner"]]) }`,
    ],
    ['@cost(weight: 5)', `${link('v2.9', 'cost')}type Query { a: Int @cost(weight: 5) }`],
    [
      '@listSize(assumedSize: 10)',
      `${link('v2.9', 'listSize')}type Query { a: [Int] @listSize(assumedSize: 10) }`,
    ],
    [
      'name: "federation__cacheTag", args: {format: "all"}',
      `${link('v2.12', 'cacheTag')}type Query { a: Int @cacheTag(format: "all") }`,
    ],
    [
      'contextArguments: [{context: "one__shop", name: "currency", type: "String", selection: " { currency }"}]',
      `${link('v2.8', 'key', 'context', 'fromContext')}
       type Query { shop: Shop }
       type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String item: Item }
       type Item @key(fields: "id") {
         id: ID!
         price(currency: String @fromContext(field: "$shop { currency }")): Int
       }`,
    ],
    [
      'directive @hello on FIELD_DEFINITION',
      `extend schema @link(url: "https://specs.apollo.dev/link/v1.0")
         @link(url: "https://specs.apollo.dev/federation/v2.1", import: ["@composeDirective"])
         @link(url: "https://example.test/hello/v1.0", import: ["@hello"])
         @composeDirective(name: "@hello")
       directive @hello on FIELD_DEFINITION
       type Query { a: Int @hello }`,
    ],
    ['@tag(name: "x")', `${link('v2.0', 'tag')}type Query { a: Int @tag(name: "x") }`],
    ['@inaccessible', `${link('v2.0', 'inaccessible')}type Query { a: Int b: Int @inaccessible }`],
  ])('%s reaches the supergraph, which loads', (fragment, sdl) => {
    const supergraphSdl = sdlOf(compose([subgraph('one', sdl)]));
    expect(supergraphSdl).toContain(fragment);
    expect(createPlanner(supergraphSdl).apiSchema.getQueryType()?.name).toBe('Query');
  });

  test('@override with a label reaches the supergraph, which loads', () => {
    const old = `${link('v2.7', 'key')}type Query { product: Product } ${product} { id: ID! price: Int }`;
    const override = '@override(from: "old", label: "percent(50)")';
    const next = `${link('v2.7', 'key', 'override')}${product} { id: ID! price: Int ${override} }`;
    const supergraphSdl = sdlOf(compose([subgraph('old', old), subgraph('next', next)]));
    expect(supergraphSdl).toContain('overrideLabel: "percent(50)"');
    expect(fieldsOf(createPlanner(supergraphSdl), 'Product')).toEqual(['id', 'price']);
  });
});

describe('a problem', () => {
  test('of one subgraph stands where its SDL is wrong', () => {
    const sdl = 'type Query { a: Int }\ntype Product @key(fields: "sku") {\n  id: ID!\n}';
    expect(problemsOf(compose([subgraph('products', sdl)]))).toEqual([
      expect.objectContaining({
        code: 'KEY_INVALID_FIELDS',
        subgraph: 'products',
        file: 'products.graphql',
        line: 2,
        column: 14,
      }),
    ]);
  });

  test('between subgraphs stands in the first of them', () => {
    const type = (name: string) => `type Product @key(fields: "id") { id: ID!\n  name: ${name} }`;
    const left = subgraph(
      'left',
      `${link('v2.3', 'key', 'shareable')}type Query { product: Product } ${type('String @shareable')}`,
    );
    const right = subgraph('right', `${link('v2.3', 'key', 'shareable')}${type('Int @shareable')}`);
    expect(problemsOf(compose([left, right]))).toEqual([
      {
        code: 'FIELD_TYPE_MISMATCH',
        message:
          'Type of field "Product.name" is incompatible across subgraphs: it has type "String" in subgraph "left" but type "Int" in subgraph "right"',
        subgraph: 'left',
        file: 'left.graphql',
        line: 3,
        column: 3,
      },
    ]);
  });

  test('of syntax is told for every subgraph at once', () => {
    const problems = problemsOf(
      compose([subgraph('left', 'type Query {'), subgraph('right', '\ntype { }')]),
    );
    expect(problems).toEqual([
      {
        code: 'INVALID_GRAPHQL',
        message: '[left] Syntax Error: Expected Name, found <EOF>.',
        subgraph: 'left',
        file: 'left.graphql',
        line: 1,
        column: 13,
      },
      {
        code: 'INVALID_GRAPHQL',
        message: '[right] Syntax Error: Expected Name, found "{".',
        subgraph: 'right',
        file: 'right.graphql',
        line: 2,
        column: 6,
      },
    ]);
  });

  test('is what becomes of an SDL that is nested beyond reason', () => {
    const sdl = `type Query { a: ${'['.repeat(100_000)}`;
    expect(problemsOf(compose([subgraph('deep', sdl)]))).toEqual([
      {
        code: 'INVALID_GRAPHQL',
        message: '[deep] The SDL is nested too deeply',
        subgraph: 'deep',
        file: 'deep.graphql',
      },
    ]);
  });

  test('without a place is told without one', () => {
    expect(problemsOf(compose([]))).toEqual([
      {
        code: 'NO_QUERIES',
        message: 'No queries found in any subgraph: a supergraph must have a query root type.',
      },
    ]);
  });
});

test('composition gives its advice beside the supergraph', () => {
  const sdl = (type: string) => `${link('v2.3', 'shareable')}type Query { a: ${type} @shareable }`;
  const composition = compose([subgraph('left', sdl('Int')), subgraph('right', sdl('Int!'))]);
  expect(composition).toEqual({
    supergraphSdl: expect.stringContaining('join__Graph'),
    hints: [
      {
        code: 'INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE',
        message:
          'Type of field "Query.a" is inconsistent but compatible across subgraphs: will use type "Int" (from subgraph "left") in supergraph but "Query.a" has subtype "Int!" in subgraph "right".',
        subgraph: 'left',
        file: 'left.graphql',
        line: 2,
        column: 14,
      },
    ],
  });
});
