import { expect, test } from '@jest/globals';
import { LongTurns } from '../../src/lib/long-turns.ts';

test('After a long turn, others come before the next long piece of work', async () => {
  const turns = new LongTurns(1);
  let turn = 0;
  const count = () => {
    turn += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const worked: number[] = [];
  const begun = ['a', 'b', 'c'].map(async () => {
    await turns.next();
    worked.push(turn);
  });
  await Promise.all(begun);
  clearImmediate(counting);
  expect(new Set(worked).size).toBe(3);
});

test('Many items are visited in several turns, in their order', async () => {
  const turns = new LongTurns(2);
  const order: (string | number)[] = [];
  const items = [0, 1, 2, 3, 4];
  await turns.each(items, (item) => {
    if (item % 2 === 0) setImmediate(() => order.push('others'));
    order.push(item);
  });
  expect(order).toEqual([0, 1, 'others', 2, 3, 'others', 4]);
});

test('Few items are visited at once', () => {
  const visited: (readonly [string, number])[] = [];
  const rest = new LongTurns(2).each(['a', 'b'], (...each) => visited.push(each));
  expect(rest).toBeUndefined();
  expect(visited).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
});

test('What is nearer to its end goes first, and nobody waits for ever', async () => {
  const turns = new LongTurns(10);
  const order: string[] = [];
  const wait = async (stage: number, name: string) => {
    await turns.next(stage);
    order.push(name);
  };
  const late = [wait(2, 'last'), wait(1, 'later')];
  const soon = ['a', 'b', 'c', 'd', 'e'].map((name) => wait(0, name));
  await Promise.all([...late, ...soon]);
  // The fourth turn is for whoever has waited longest.
  expect(order).toEqual(['a', 'b', 'c', 'last', 'd', 'e', 'later']);
});

test('Work of a later stage waits before it begins, where it is long', async () => {
  const turns = new LongTurns(20);
  const order: string[] = [];
  const long = turns.each(['a', 'b', 'c'], (item) => order.push(item), 1);
  const short = turns.each(['d', 'e'], (item) => order.push(item), 1);
  await long;
  expect(short).toBeUndefined();
  expect(order).toEqual(['d', 'e', 'a', 'b', 'c']);
});
