import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { accessFacts } from '../../src/auth/authorization/access-facts.ts';
import { accessMatrix } from '../../src/auth/authorization/access-matrix.ts';
import { type Requirement, requirementKey } from '../../src/auth/authorization/requirement.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { linked } from '../harness/subgraph.ts';

const none = { authenticated: false, scopes: [], policies: [] };
const links = ['authenticated', 'requiresScopes', 'policy']
  .map((name) => `@link(url: "https://specs.apollo.dev/${name}/v0.1")`)
  .join(' ');

/** What each field of a supergraph asks. */
function factsOf(sdl: string): Readonly<Record<string, Requirement | undefined>> {
  const { fields, requirements } = accessFacts(parse(sdl));
  return Object.fromEntries([...fields].map(([name, index]) => [name, requirements[index]]));
}

function composed(...sdls: readonly string[]): string {
  const sources = sdls.map((sdl, index) => {
    return { name: `s${index}`, url: `http://s${index}.invalid`, sdl: linked(sdl) };
  });
  const composition = compose(sources);
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems));
  return composition.supergraphSdl;
}

describe('a supergraph names what it guards', () => {
  test.each([
    ['by an alias', '@link(url: "https://specs.apollo.dev/policy/v0.1", as: "own")', '@own'],
    [
      'with a prefix',
      '@link(url: "https://specs.apollo.dev/policy/v0.1", as: "own")',
      '@own__policy',
    ],
    ['by its own name', '@link(url: "https://specs.apollo.dev/policy/v0.1")', '@policy'],
  ])('%s', (_title, link, directive) => {
    const sdl = `schema { query: Query } extend schema ${link}
      type Query { open: Int guarded: Int ${directive}(policies: ["staff"]) }
      extend type Query { later: Int ${directive}(policies: [["a", "b"]]) }`;
    expect(factsOf(sdl)).toEqual({
      'Query.guarded': { ...none, policies: [[['staff']]] },
      'Query.later': { ...none, policies: [[['a', 'b']]] },
    });
  });

  test('as its subgraphs imported it, or did not', () => {
    const renamed = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
        { name: "@authenticated", as: "@signedIn" }, { name: "@requiresScopes", as: "@needs" }
      ])
      type Query { a: Int @signedIn  b: Int @needs(scopes: [["x"]])  c: Int @federation__policy(policies: [["p"]]) }`;
    expect(factsOf(composed(renamed))).toEqual({
      'Query.a': { ...none, authenticated: true },
      'Query.b': { ...none, scopes: [[['x']]] },
      'Query.c': { ...none, policies: [[['p']]] },
    });
  });
});

test('what cannot be read asks for what nobody has', () => {
  const sdl = `schema ${links} { query: Query }
    type Query { a: Int @requiresScopes  b: Int @requiresScopes(scopes: [[1]])  c: Int @policy(policies: []) }`;
  expect(factsOf(sdl)).toEqual({
    'Query.a': { ...none, scopes: [[]] },
    'Query.b': { ...none, scopes: [[]] },
    'Query.c': { ...none, policies: [[]] },
  });
});

test('a field asks what its parent type, itself and its output type ask, and the same once', () => {
  const sdl = `schema ${links} { query: Query }
    type Query { user: [User!]! @authenticated }
    type User @requiresScopes(scopes: [["b", "a"], ["a"], ["a", "b"]]) {
      name: String @requiresScopes(scopes: [["a"]])
      mood: Mood @policy(policies: [["p"]])
    }
    enum Mood @authenticated { GOOD }`;
  const user = { ...none, scopes: [[['a']]] };
  expect(factsOf(sdl)).toEqual({
    'Query.user': { ...user, authenticated: true },
    'User.name': user,
    'User.mood': { ...user, authenticated: true, policies: [[['p']]] },
  });
});

test('subgraphs are joined: each of them has to be satisfied', () => {
  const shared = (scopes: string) =>
    `type Query { x: Int @shareable @requiresScopes(scopes: ${scopes}) }`;
  const facts = factsOf(composed(shared('[["a"]]'), shared('[["b"], ["a", "c"]]')));
  expect(facts['Query.x']?.scopes).toEqual([
    [
      ['a', 'b'],
      ['a', 'c'],
    ],
  ]);
});

describe('interfaces', () => {
  const parts = `type Query { nodes: [Node] }
    type Shown implements Node { id: ID!  label: String }
    type Hidden implements Node @authenticated { id: ID!  label: String @policy(policies: [["p"]]) }`;

  test.each([
    [
      'composed by this composition',
      composed(`${parts} interface Node { id: ID!  label: String }`),
    ],
    [
      'that says nothing of it',
      `schema ${links} { query: Query } ${parts} interface Node { id: ID!  label: String }`,
    ],
  ])('ask for a field what all implementations ask, in a supergraph %s', (_title, sdl) => {
    const facts = factsOf(sdl);
    expect(facts['Node.id']).toEqual({ ...none, authenticated: true });
    expect(facts['Node.label']).toEqual({ ...none, authenticated: true, policies: [[['p']]] });
    expect(facts['Shown.label']).toBeUndefined();
    // What is selected of each type decides.
    expect(facts['Query.nodes']).toBeUndefined();
  });

  test('that ask more than their implementations guard the fields that return them', () => {
    const sdl = `schema ${links} { query: Query } ${parts}
      interface Node @requiresScopes(scopes: [["nodes"]]) { id: ID!  label: String }`;
    expect(factsOf(sdl)['Query.nodes']).toEqual({ ...none, scopes: [[['nodes']]] });
  });

  test('pass on what an interface object asks for its own fields', () => {
    const home = `type Query { node: Node }
      interface Node @key(fields: "id") { id: ID! }
      type Shown implements Node @key(fields: "id") { id: ID! }`;
    const object = `type Node @interfaceObject @key(fields: "id") { id: ID!  more: Int @authenticated }`;
    const facts = factsOf(composed(home, object));
    expect(facts['Shown.more']).toEqual({ ...none, authenticated: true });
    expect(facts['Node.more']).toEqual({ ...none, authenticated: true });
  });
});

test('hundreds of implementations with alternatives of their own are joined in no time', () => {
  const types = Array.from({ length: 300 }, (_, index) => {
    const scopes = `[["a${index}"], ["b${index}"]]`;
    return `type T${index} implements Node { id: ID @requiresScopes(scopes: ${scopes}) }`;
  });
  const sdl = `schema ${links} { query: Query } type Query { node: Node } interface Node { id: ID } ${types.join('\n')}`;
  expect(factsOf(sdl)['Node.id']?.scopes).toHaveLength(300);
});

test('equal requirements have equal keys, and others have others', () => {
  const all = [
    none,
    { ...none, authenticated: true },
    { ...none, scopes: [[['a']]] },
    { ...none, policies: [[['a']]] },
  ];
  expect(new Set(all.map(requirementKey)).size).toBe(all.length);
});

test('a matrix says of each field whether it takes a scope, or takes it as one way among others', () => {
  const sdl = `schema ${links} { query: Query } type Query {
    open: Int
    both: Int @requiresScopes(scopes: [["a", "b"], ["a", "c"]])
    known: Int @authenticated @policy(policies: [["p"]])
  }`;
  expect(accessMatrix(accessFacts(parse(sdl)))).toEqual({
    scopes: ['a', 'b', 'c'],
    policies: ['p'],
    rows: [
      {
        field: 'Query.both',
        authenticated: false,
        scopes: { a: 'all', b: 'some', c: 'some' },
        policies: { p: 'none' },
      },
      {
        field: 'Query.known',
        authenticated: true,
        scopes: { a: 'none', b: 'none', c: 'none' },
        policies: { p: 'all' },
      },
    ],
  });
});
