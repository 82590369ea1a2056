import { describe, expect, test } from '@jest/globals';
import { largestCost } from '../../../src/operation/cost/formula.ts';
import { pricing } from './pricing.ts';

const { price, estimate, actual } = pricing({
  graph: `
    type Query { node: Node nodes(first: Int): [Node!]! @listSize(slicingArguments: ["first"]) }
    interface Node { next: Node list(first: Int!): [Node!]! @listSize(slicingArguments: ["first"]) }
    ${Array.from({ length: 20 }, (_, n) => `type Node${n} implements Node { next: Node list(first: Int!): [Node!]! }`).join('\n')}
  `,
});

/** What `work` gives where the stack is nearly full. */
function deepest<Outcome>(work: () => Outcome): Outcome {
  try {
    return deepest(work);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return work();
  }
}

/** Fragments of which each spreads the next as `body` says; the last has a leaf. */
function chain(length: number, body: (next: string) => string): string {
  const fragments = Array.from({ length }, (_, n) => {
    return `fragment F${n} on Node { ${body(`F${n + 1}`)} }`;
  });
  return `${fragments.join('\n')} fragment F${length} on Node { __typename }`;
}

describe('an operation that grows without end', () => {
  test('costs the most that can be counted, never more and never nothing', () => {
    const depth = 40;
    const query = `query ($n: Int!) { node ${'{ list(first: $n) '.repeat(depth)}{ __typename }${' }'.repeat(depth)} }`;
    // 1 + 2 + 4 + ... + 2^40.
    expect(estimate(query, { n: 2 }).cost).toBe(2 ** 41 - 1);
    expect(estimate(query, { n: 2_147_483_647 }).cost).toBe(largestCost);
    expect(estimate(query, { n: 0 }).cost).toBe(1);
  });

  test('costs the most that can be counted where it is nested too deeply to be worked out', () => {
    // Each fragment by itself is plain: what is parsed and validated is not deep.
    const query = `query ($n: Int!) { node { ...F0 } } ${chain(300, (next) => `list(first: $n) { ...${next} }`)}`;
    expect(estimate(query, { n: 1 }).cost).toBe(301);
    const priced = price(query);
    expect(deepest(() => priced.estimate({ n: 1 }).cost)).toBe(largestCost);
  });

  test('is priced once for each fragment, however often it is spread', () => {
    const body = (next: string) => `a: next { ...${next} } b: next { ...${next} }`;
    const query = `{ node { ...F0 } } ${chain(40, body)}`;
    expect(estimate(query).cost).toBe(2 ** 41 - 1);
    expect(price(query).isExact).toBe(true);
  });

  test('is priced once where fragments double at one place', () => {
    const body = (next: string) => `...${next} ...${next}`;
    const query = `{ node { next { __typename } ...F0 } } ${chain(30, body)}`;
    expect(estimate(query).cost).toBe(2);
    expect(price(query).isExact).toBe(true);
  });

  test('is bounded roughly where its fields can be joined in too many ways', async () => {
    const [levels, width] = [16, 12];
    const fragments = new Map<string, string>();
    // Each asks two fields for fragments of the next level, of which there are more and more.
    const spread = (level: number, index: number): string => {
      const name = `F${level}x${index % width}`;
      if (fragments.has(name)) return `...${name}`;
      fragments.set(name, '');
      const to = (...indexes: readonly number[]) =>
        level === levels
          ? '{ __typename }'
          : `{ ${indexes.map((each) => spread(level + 1, each)).join(' ')} }`;
      const body = `a: next ${to(index)} b: next ${to(index + 1, index * 5)}`;
      fragments.set(name, `fragment ${name} on Node { ${body} }`);
      return `...${name}`;
    };
    const query = `{ node { ${spread(0, 0)} } } ${[...fragments.values()].join('\n')}`;
    const { cost } = estimate(query);
    // The node, and two times two for each level.
    expect(cost).toBeGreaterThanOrEqual(2 ** (levels + 1) - 1);
    expect(cost).toBeLessThanOrEqual(largestCost);
    // What it did cost cannot be told.
    expect(price(query).isExact).toBe(false);
    expect(await actual(query, { node: null })).toBeUndefined();
  });

  test('is bounded roughly where its conditions can hold in too many ways', () => {
    const depth = 30;
    const names = Array.from({ length: depth }, (_, n) => `$a${n}: Boolean!, $b${n}: Boolean!`);
    const fragments = Array.from({ length: depth }, (_, n) => {
      const spread = `...F${n + 1} @include(if: $a${n}) ...F${n + 1} @skip(if: $b${n})`;
      return `fragment F${n} on Node { ${spread} x${n}: next { __typename } }`;
    });
    const last = `fragment F${depth} on Node { __typename }`;
    const query = `query (${names.join(', ')}) { node { ...F0 } } ${fragments.join('\n')} ${last}`;
    const values = names.flatMap((_, n) => [
      [`a${n}`, true],
      [`b${n}`, true],
    ]);
    // The node and the 30 below it, each at least once.
    const { cost } = estimate(query, Object.fromEntries(values));
    expect(cost).toBeGreaterThanOrEqual(depth + 1);
    expect(price(query).isExact).toBe(false);
  });
});
