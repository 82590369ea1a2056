import { describe, expect, test } from '@jest/globals';
import { pricing } from './pricing.ts';

function link(...names: readonly string[]): string {
  const imported = ['"@key"', '"@shareable"', ...names].join(', ');
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imported}])\n`;
}

describe('what a supergraph says of costs', () => {
  test.each([
    ['as it is', link('"@cost"', '"@listSize"'), 'cost', 'listSize'],
    [
      'under other names',
      link('{ name: "@cost", as: "@weight" }, { name: "@listSize", as: "@bounded" }'),
      'weight',
      'bounded',
    ],
    ['with the prefix of federation', link(), 'federation__cost', 'federation__listSize'],
  ])('is read where it is imported %s', (_how, head, cost, listSize) => {
    const { planner } = pricing({
      shop: `${head}
        type Query { items(first: Int @${cost}(weight: 2)): [Item!] @${listSize}(slicingArguments: ["first"]) }
        type Item @${cost}(weight: 3) { id: ID! status(in: In): Status }
        input In { a: Int @${cost}(weight: 5) }
        enum Status @${cost}(weight: 4) { NEW }
      `,
    });
    expect(Object.fromEntries(planner.costs.weights)).toEqual({
      'Query.items(first:)': 2,
      Item: 3,
      'In.a': 5,
      Status: 4,
    });
    expect(Object.fromEntries(planner.costs.listSizes)).toEqual({
      'Query.items': {
        assumedSize: undefined,
        slicingArguments: ['first'],
        sizedFields: [],
        requireOneSlicingArgument: true,
      },
    });
  });

  test('is the largest of what several subgraphs say', () => {
    const { planner, estimate } = pricing({
      one: 'type Query { items: [Item] @shareable @listSize(assumedSize: 4) } type Item @shareable @cost(weight: 2) { id: ID! }',
      two: 'type Query { items: [Item] @shareable @listSize(assumedSize: 6) } type Item @shareable @cost(weight: 5) { id: ID! }',
    });
    expect(planner.costs.weights.get('Item')).toBe(5);
    expect(estimate('{ items { id } }').cost).toBe(30);
  });

  test('includes the types of fields that clients do not see', () => {
    const { planner, schema } = pricing({
      shop: `
        type Query { item: Item }
        type Item { id: ID! inner: [Inner!]! @inaccessible @listSize(assumedSize: 3) }
        type Inner @inaccessible { id: ID! more: Inner }
      `,
    });
    expect(Object.fromEntries(planner.costs.hidden)).toEqual({
      'Item.inner': '[Inner!]!',
      'Inner.id': 'ID!',
      'Inner.more': 'Inner',
    });
    expect(schema.field('Item', 'inner')).toMatchObject({
      type: 'Inner',
      lists: 1,
      isComposite: true,
      listSize: { assumedSize: 3 },
    });
    expect(schema.field('Inner', 'id')).toMatchObject({ isComposite: false, weight: 0 });
  });

  test('is nothing where nothing is said: an object costs 1, a list has 10 items', () => {
    const { planner, estimate } = pricing({
      shop: 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") type Query { items: [Item] } type Item { id: ID! }',
    });
    expect(planner.costs.weights.size + planner.costs.listSizes.size).toBe(0);
    expect(estimate('{ items { id } }').cost).toBe(10);
  });

  test('below 0 lowers a field by its arguments only', () => {
    const { estimate } = pricing({
      shop: `type Query { a(x: Int @cost(weight: -9)): Item @cost(weight: 4) b: Item @cost(weight: -4) }
        type Item { id: ID! other: Item }`,
    });
    expect(estimate('{ a(x: 1) { id } }').cost).toBe(0);
    expect(estimate('{ a(x: 1) { other { id } } }').cost).toBe(1);
    expect(estimate('{ b { other { id } } }').cost).toBe(1);
  });
});
