import { expect, test } from '@jest/globals';
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { unbounded } from '../../src/execute/bounds.ts';
import { compileAnswer } from '../../src/execute/compile-answer.ts';
import { Completion } from '../../src/execute/completion.ts';
import { Failures } from '../../src/execute/failures.ts';
import { Gaps } from '../../src/execute/gaps.ts';
import { Supply } from '../../src/execute/supply.ts';
import { TypeConditions } from '../../src/execute/type-conditions.ts';

const schema = buildSchema(`
  type Query { groups: [Group!]  numbers: [Int] }
  type Group { name: String!  items: [Item] }
  type Item { id: ID!  must: String! }
`);

/** Writes an answer, so many fields and items in a turn; gives it with the number of turns. */
function write(query: string, data: Record<string, unknown>, turn: number) {
  const [definition] = parse(query).definitions as readonly OperationDefinitionNode[];
  const root = schema.getQueryType();
  if (definition === undefined || !root) throw new TypeError('There is a query');
  const fragments = new Map<never, never>();
  const names = { schema, fragments, variables: {}, clientKeys: new Map<never, never>() };
  const answer = compileAnswer(root, definition.selectionSet, { ...names, withDenied: true });
  const types = new TypeConditions(new Map());
  const failures = new Failures();
  const shared = new Set<unknown>();
  const supply = new Supply();
  supply.add([], definition.selectionSet, new Map());
  const gaps = new Gaps(root, definition.selectionSet, supply, { schema, fragments, types });
  const { answer: bounds } = unbounded;
  const input = { failures, gaps, introspected: {}, shared, isPlain: false, bounds, turn };
  const completion = new Completion(input);
  let turns = 1;
  for (;;) {
    const text = answer(data, completion);
    if (text !== undefined) return { text, turns, errors: failures.errors.map(({ path }) => path) };
    expect(completion.pauses.isPaused).toBe(true);
    completion.pauses.goOn();
    turns += 1;
  }
}

const groups = Array.from({ length: 5 }, (_, group) => ({
  name: `g${group}`,
  items: Array.from({ length: 5 }, (_, id) => ({ id: `${id}`, must: id === 3 ? null : 'x' })),
}));
const nested = '{ groups { name items { id must } } numbers }';
const data = { groups, numbers: Array.from({ length: 30 }, (_, number) => number) };

test('a long answer is written in several turns, and is the same as one that is written at once', () => {
  const atOnce = write(nested, data, Number.POSITIVE_INFINITY);
  expect(atOnce.turns).toBe(1);
  expect(JSON.parse(atOnce.text).groups[1].items).toEqual([
    { id: '0', must: 'x' },
    { id: '1', must: 'x' },
    { id: '2', must: 'x' },
    null,
    { id: '4', must: 'x' },
  ]);
  for (const turn of [1, 2, 3, 7, 20]) {
    const inTurns = write(nested, data, turn);
    expect(inTurns.text).toBe(atOnce.text);
    expect(inTurns.errors).toEqual(atOnce.errors);
    // Five groups, 25 items, each with two fields, and 30 numbers.
    expect(inTurns.turns).toBeGreaterThan(Math.floor(60 / (turn + 5)));
  }
});

test('a long list is whole, in however many turns it is written', () => {
  const items = Array.from({ length: 3_000 }, (_, id) => ({ id: `item ${id}` }));
  const groups = [{ items }, { items: items.slice(0, 2_000) }, { items: items.slice(0, 10) }];
  for (const turn of [Number.POSITIVE_INFINITY, 5_000, 999, 100]) {
    const { text } = write('{ groups { items { id } } }', { groups }, turn);
    expect(text === JSON.stringify({ groups })).toBe(true);
  }
});

test('a short answer is written at once', () => {
  expect(write('{ numbers }', { numbers: [1, 2, 3] }, 10)).toEqual({
    text: '{"numbers":[1,2,3]}',
    turns: 1,
    errors: [],
  });
});
