import { expect, test } from '@jest/globals';
import { Canceller } from '../../src/lib/cancellation.ts';
import { pause } from '../../src/lib/pause.ts';
import { WatchedCanceller } from '../harness/watched-canceller.ts';

test('A pause lasts as long as it says, and lets go of its signal', async () => {
  const signal = new WatchedCanceller();
  const startedMs = performance.now();
  const over = pause(20, signal);
  expect(signal.listeners).toBe(1);
  await over;
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(19);
  expect(signal.listeners).toBe(0);
});

test('A pause ends at once with the reason of its signal', async () => {
  const signal = new Canceller();
  const reason = new Error('not needed any more');
  const ended = expect(pause(60_000, signal)).rejects.toBe(reason);
  signal.abort(reason);
  await ended;
  await expect(pause(60_000, signal)).rejects.toBe(reason);
});
