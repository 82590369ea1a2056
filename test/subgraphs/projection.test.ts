import { describe, expect, test } from '@jest/globals';
import { startDemo } from '../../subgraphs/demo.ts';
import { MemoryEventLog } from '../../subgraphs/events/memory-log.ts';
import { Projection } from '../../subgraphs/events/projection.ts';
import type { ReviewsEvent } from '../../subgraphs/events/streams.ts';
import { ask, never } from './ask.ts';

const removed = (reviewId: string): ReviewsEvent => ({ type: 'ReviewRemoved', reviewId });
/** Longer than any test runs. */
const untilTheEndMs = 3_600_000;

describe('a projection', () => {
  test('is at the end of the log once it follows, and stays there without lag', async () => {
    const log = new MemoryEventLog();
    await log.append('reviews', removed('r-1'), never());
    using projection = new Projection(log, 0);
    const seen: string[] = [];
    await projection.follow('reviews', ({ reviewId }) => seen.push(reviewId), never());
    expect(seen).toEqual(['r-1']);
    await log.append('reviews', removed('r-2'), never());
    expect(seen).toEqual(['r-1', 'r-2']);
    expect(projection.position('reviews')).toBe(2);
    expect(projection.position('orders')).toBe(0);
  });

  test('with lag sees the past at once and the rest later, in order', async () => {
    const log = new MemoryEventLog();
    await log.append('reviews', removed('r-1'), never());
    using projection = new Projection(log, 1);
    const seen: string[] = [];
    const allSeen = Promise.withResolvers<void>();
    const apply = ({ reviewId }: ReviewsEvent): void => {
      seen.push(reviewId);
      if (seen.length === 3) allSeen.resolve();
    };
    await projection.follow('reviews', apply, never());
    await log.append('reviews', removed('r-2'), never());
    await log.append('reviews', removed('r-3'), never());
    expect([seen, projection.position('reviews')]).toEqual([['r-1'], 1]);
    await allSeen.promise;
    expect([seen, projection.position('reviews')]).toEqual([['r-1', 'r-2', 'r-3'], 3]);
  });

  test('sees nothing more once it is disposed', async () => {
    const log = new MemoryEventLog();
    const seen: string[] = [];
    {
      using projection = new Projection(log, 0);
      await projection.follow('reviews', ({ reviewId }) => seen.push(reviewId), never());
    }
    await log.append('reviews', removed('r-1'), never());
    expect(seen).toEqual([]);
  });
});

test('with lag, commands know at once what query services do not see yet', async () => {
  await using demo = await startDemo({ projectionLagMs: untilTheEndMs });
  const url = (name: string) => demo.subgraphs.find((one) => one.name === name)?.url ?? '';
  const cancel = 'mutation { cancelOrder(id: "o-2") { order { id } } }';
  expect(await ask(url('orders-command'), cancel)).toEqual({
    data: { cancelOrder: { order: { id: 'o-2' } } },
  });
  expect(await ask(url('orders-query'), '{ order(id: "o-2") { status } }')).toEqual({
    data: { order: { status: 'PLACED' } },
  });
  expect(await ask(url('orders-command'), cancel)).toMatchObject({
    errors: [{ message: 'Order o-2 is cancelled', extensions: { code: 'ORDER_CLOSED' } }],
  });
});
