import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { toAbortSignal } from '../../src/lib/cancellation.ts';
import { Deadline } from '../../src/lib/deadline.ts';

const never = new AbortController().signal;

describe('a deadline', () => {
  test('aborts when its time is over, and says so', async () => {
    using deadline = new Deadline(never, 1);
    await once(toAbortSignal(deadline.signal), 'abort');
    expect(deadline.expired).toBe(true);
  });

  test('aborts with its parent, for the same reason, and has not expired', () => {
    const parent = new AbortController();
    using deadline = new Deadline(parent.signal, 60_000);
    const reason = new Error('left');
    parent.abort(reason);
    expect(deadline.signal.reason).toBe(reason);
    expect(deadline.expired).toBe(false);
  });

  test('is over at once under a parent that has aborted', () => {
    using deadline = new Deadline(AbortSignal.abort('gone'), 60_000);
    expect(deadline.signal.reason).toBe('gone');
  });

  test('lets go of its parent when it is disposed', () => {
    const parent = new AbortController();
    const deadline = new Deadline(parent.signal, 60_000);
    deadline[Symbol.dispose]();
    parent.abort();
    expect(deadline.signal.aborted).toBe(false);
  });

  test('holds no memory once its work is done, though its parent lives on', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const parent = new AbortController();
    const run = (count: number): number => {
      for (let round = 0; round < count; round += 1) {
        using _deadline = new Deadline(parent.signal, 30_000);
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = run(1_000);
    expect(run(20_000) - before).toBeLessThan(2_000_000);
  });
});
