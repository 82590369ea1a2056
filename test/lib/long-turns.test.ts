import { expect, test } from '@jest/globals';
import { LongTurns } from '../../src/lib/long-turns.ts';

test('After a long turn, others come before the next long piece of work', async () => {
  const turns = new LongTurns();
  const order: string[] = [];
  const work = async (name: string): Promise<void> => {
    while (turns.rest !== undefined) await turns.rest;
    order.push(name);
    setImmediate(() => order.push(`after ${name}`));
    turns.end();
  };
  await Promise.all([work('a'), work('b'), work('c')]);
  expect(order).toEqual(['a', 'after a', 'b', 'after b', 'c']);
});

test('Nobody waits where no turn was long', () => {
  expect(new LongTurns().rest).toBeUndefined();
});
