import { describe, expect, test } from '@jest/globals';
import type { EventLog } from '../../subgraphs/events/log.ts';
import { MemoryEventLog } from '../../subgraphs/events/memory-log.ts';
import type { ReviewsEvent } from '../../subgraphs/events/streams.ts';
import { never } from './ask.ts';

const removed = (reviewId: string): ReviewsEvent => ({ type: 'ReviewRemoved', reviewId });

/** What every event log keeps, whatever it stores its events in. */
function keepsTheContract(name: string, create: () => EventLog): void {
  describe(name, () => {
    test('gives each event of a stream the next position', async () => {
      const log = create();
      expect(await log.append('reviews', removed('r-1'), never())).toBe(1);
      expect(await log.append('reviews', removed('r-2'), never())).toBe(2);
      const brand = { type: 'BrandAdded', brandId: 'b-1', name: 'One' } as const;
      expect(await log.append('catalog', brand, never())).toBe(1);
    });

    test('reads a stream from any position on', async () => {
      const log = create();
      for (const id of ['r-1', 'r-2', 'r-3']) await log.append('reviews', removed(id), never());
      expect(await log.read('reviews', 1, never())).toEqual([
        { position: 2, event: removed('r-2') },
        { position: 3, event: removed('r-3') },
      ]);
      expect(await log.read('reviews', 3, never())).toEqual([]);
      expect(await log.read('orders', 0, never())).toEqual([]);
    });

    test('tells a subscriber of past and coming events, once each and in order', async () => {
      const log = create();
      for (const id of ['r-1', 'r-2']) await log.append('reviews', removed(id), never());
      const heard: unknown[] = [];
      const everythingHeard = Promise.withResolvers<void>();
      using _ = log.subscribe('reviews', 1, ({ position, event }) => {
        heard.push([position, event.reviewId]);
        if (position === 3) everythingHeard.resolve();
      });
      await log.append('reviews', removed('r-3'), never());
      await everythingHeard.promise;
      expect(heard).toEqual([
        [2, 'r-2'],
        [3, 'r-3'],
      ]);
    });

    test('tells nothing more once the subscription is disposed', async () => {
      const log = create();
      const heard: number[] = [];
      const first = log.subscribe('reviews', 0, ({ position }) => heard.push(position));
      first[Symbol.dispose]();
      const told = Promise.withResolvers<void>();
      using _ = log.subscribe('reviews', 0, () => told.resolve());
      await log.append('reviews', removed('r-1'), never());
      await told.promise;
      expect(heard).toEqual([]);
    });

    test('keeps an event as it was, whatever becomes of the object', async () => {
      const log = create();
      const event = { type: 'BrandAdded', brandId: 'b-1', name: 'One' } as const;
      const mutable = { ...event, name: 'One' as string };
      await log.append('catalog', mutable, never());
      mutable.name = 'Two';
      expect(await log.read('catalog', 0, never())).toEqual([{ position: 1, event }]);
    });

    test('records nothing for a caller who gave up', async () => {
      const log = create();
      const reason = new Error('Stopped');
      const append = log.append('reviews', removed('r-1'), AbortSignal.abort(reason));
      await expect(append).rejects.toBe(reason);
      expect(await log.read('reviews', 0, never())).toEqual([]);
    });
  });
}

keepsTheContract('the event log in memory', () => new MemoryEventLog());

test('the event log in memory tells its subscribers before it answers', async () => {
  const log = new MemoryEventLog();
  const heard: number[] = [];
  using _ = log.subscribe('reviews', 0, ({ position }) => heard.push(position));
  await log.append('reviews', removed('r-1'), never());
  expect(heard).toEqual([1]);
});
