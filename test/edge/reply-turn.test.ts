import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { ReplyTurn } from '../../src/edge/reply-turn.ts';

test('Equal bodies of one turn are the same bytes, and none are kept beyond it', async () => {
  const turn = new ReplyTurn();
  const body = (name: string) => `{"data":{"name":"${name}"}}`;
  const first = turn.bytesOf(body('Zoë'));
  expect(turn.bytesOf(body('Zoë'))).toBe(first);
  expect(first.toString()).toBe(body('Zoë'));
  expect(turn.bytesOf(body('Zoé')).toString()).toBe(body('Zoé'));
  const again = turn.bytesOf(body('Zoë'));
  await setImmediate();
  expect(turn.bytesOf(body('Zoë'))).not.toBe(again);
});

test('Work of one turn is done at its end, in its order', async () => {
  const turn = new ReplyTurn();
  const done: string[] = [];
  turn.atEnd(() => done.push('first'));
  turn.atEnd(() => done.push('second'));
  await Promise.resolve();
  expect(done).toEqual([]);
  await setImmediate();
  expect(done).toEqual(['first', 'second']);
});
