import { expect, test } from '@jest/globals';
import { OneAtATime } from '../../src/lib/one-at-a-time.ts';

/** Work that ends when the test says so; it counts what runs at once. */
function controlled() {
  const runs: PromiseWithResolvers<number>[] = [];
  let atOnce = 0;
  let most = 0;
  const work = async (): Promise<number> => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    most = Math.max(most, ++atOnce);
    try {
      return await run.promise;
    } finally {
      atOnce -= 1;
    }
  };
  return { work, runs, most: () => most };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('who asks during a run shares the one after it', async () => {
  const { work, runs, most } = controlled();
  const single = new OneAtATime(work);
  const first = single.run();
  await settled();
  const [second, third] = [single.run(), single.run()];
  await settled();
  expect(runs).toHaveLength(1);
  runs[0]?.resolve(1);
  expect(await first).toBe(1);
  await settled();
  expect(runs).toHaveLength(2);
  runs[1]?.resolve(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
  expect(most()).toBe(1);
});

test('a run that fails tells who asked for it, and is no bar to the next', async () => {
  const { work, runs } = controlled();
  const single = new OneAtATime(work);
  const failing = single.run();
  await settled();
  const next = single.run();
  runs[0]?.reject(new Error('broken'));
  await expect(failing).rejects.toThrow('broken');
  await settled();
  runs[1]?.resolve(2);
  expect(await next).toBe(2);
});

test('is idle once the last run has ended', async () => {
  const { work, runs } = controlled();
  const single = new OneAtATime(work);
  const first = single.run();
  await settled();
  void single.run();
  let idle = false;
  const waiting = single.idle().then(() => {
    idle = true;
  });
  runs[0]?.resolve(1);
  await first;
  await settled();
  expect([runs.length, idle]).toEqual([2, false]);
  runs[1]?.resolve(2);
  await waiting;
});
