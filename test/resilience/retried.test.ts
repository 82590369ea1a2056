import { describe, expect, test } from '@jest/globals';
import { Canceller } from '../../src/lib/cancellation.ts';
import { parseRetryAfter } from '../../src/lib/retry-after.ts';
import { type RetryOutcome, retried } from '../../src/resilience/retried.ts';
import { RetryBudget } from '../../src/resilience/retry-budget.ts';
import { fine, type Judge, refused, type Verdict } from '../../src/resilience/verdict.ts';
import { resilience } from './resilience.ts';

const failed: Verdict = { counts: 'failure', retry: 'repeatable' };
const unsent: Verdict = { counts: 'failure', retry: 'unsent' };

/** Attempts that end in turn as these verdicts say; the last one ends all that follow. */
function attempts(
  verdicts: readonly Verdict[],
  settings: {
    readonly max?: number;
    readonly budget?: `${number}%`;
    readonly totalTimeoutMs?: number;
    readonly isRepeatable?: boolean;
    readonly random?: number;
  } = {},
) {
  const { max = 2, budget = '100%', totalTimeoutMs = 60_000, isRepeatable = true } = settings;
  const { retry } = resilience({ retry: { max, budget, backoff: '1ms..4ms' } });
  const outcomes: RetryOutcome[] = [];
  const made: number[] = [];
  const judge: Judge<number> = {
    answered: (at) => verdicts[at] ?? fine,
    failed: (thrown) => (thrown as { verdict: Verdict }).verdict,
  };
  const layer = retried<string, number>({
    options: retry,
    budget: new RetryBudget(retry),
    totalTimeoutMs,
    judge,
    isRepeatable: () => isRepeatable,
    done: (outcome) => outcomes.push(outcome),
    random: () => settings.random ?? 0.5,
  });
  const call = layer(async () => {
    const at = Math.min(made.length, verdicts.length - 1);
    const verdict = verdicts[at] ?? fine;
    made.push(at);
    if (verdict === fine) return at;
    throw Object.assign(new Error(`attempt ${made.length}`), { verdict });
  });
  return { run: (signal = new Canceller()) => call('asked', signal), made, outcomes };
}

describe('a call that fails', () => {
  test('is made again, and its answer is taken', async () => {
    const { run, made, outcomes } = attempts([failed, fine]);
    expect(await run()).toBe(1);
    expect({ made: made.length, outcomes }).toEqual({ made: 2, outcomes: ['recovered'] });
  });

  test('is made no more often than is allowed, and fails as the last time', async () => {
    const { run, made, outcomes } = attempts([failed], { max: 3 });
    await expect(run()).rejects.toThrow('attempt 4');
    expect(made).toHaveLength(4);
    expect(outcomes).toEqual(['failed', 'failed', 'failed']);
  });

  test('is not made again where that may do harm', async () => {
    const { run, made } = attempts([failed, fine], { isRepeatable: false });
    await expect(run()).rejects.toThrow('attempt 1');
    expect(made).toHaveLength(1);
  });

  test('is made again whatever it does if it was never sent', async () => {
    const { run } = attempts([unsent, fine], { isRepeatable: false });
    expect(await run()).toBe(1);
  });

  test('and was sent the second time is left alone then', async () => {
    const { run, made } = attempts([unsent, failed, fine], { isRepeatable: false });
    await expect(run()).rejects.toThrow('attempt 2');
    expect(made).toHaveLength(2);
  });

  test('fails for its own reason when further attempts are refused', async () => {
    const { run, made } = attempts([failed, refused, fine]);
    await expect(run()).rejects.toThrow('attempt 1');
    expect(made).toHaveLength(2);
  });

  test('is not made again when it was refused', async () => {
    const { run, made } = attempts([refused, fine]);
    await expect(run()).rejects.toThrow('attempt 1');
    expect(made).toHaveLength(1);
  });

  test('is not made again where there is no time to wait', async () => {
    const patient = { ...failed, retryAfterMs: 1_000 };
    const { run, made, outcomes } = attempts([patient, fine], { totalTimeoutMs: 1_000 });
    await expect(run()).rejects.toThrow('attempt 1');
    expect({ made: made.length, outcomes }).toEqual({ made: 1, outcomes: ['no_time'] });
  });

  test('waits for as long as it is asked to', async () => {
    const { run } = attempts([{ ...failed, retryAfterMs: 40 }, fine]);
    const startedMs = performance.now();
    expect(await run()).toBe(1);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(39);
  });

  test('ends at once when it is given up while it waits', async () => {
    const { run, made } = attempts([{ ...failed, retryAfterMs: 30_000 }, fine]);
    const caller = new Canceller();
    const reason = new Error('The client has left');
    const ended = run(caller).catch((thrown: unknown) => thrown);
    // The first attempt has ended once all that was ready has run.
    await new Promise(setImmediate);
    caller.abort(reason);
    expect(await ended).toBe(reason);
    expect(made).toHaveLength(1);
  });
});

test('A call that was given up is no failure to be made good', async () => {
  const caller = new Canceller();
  const { retry } = resilience();
  const budget = new RetryBudget(retry);
  const outcomes: RetryOutcome[] = [];
  const failure = new Error('what became of it');
  const layer = retried<string, number>({
    options: retry,
    budget,
    totalTimeoutMs: 60_000,
    judge: { answered: () => fine, failed: () => failed },
    isRepeatable: () => true,
    done: (outcome) => outcomes.push(outcome),
  });
  const call = layer(() => {
    caller.abort(new Error('The client has left'));
    return Promise.reject(failure);
  });
  await expect(call('asked', caller)).rejects.toBe(failure);
  expect({ outcomes, retries: budget.state().retries }).toEqual({ outcomes: [], retries: 0 });
});

describe('a budget', () => {
  const { retry } = resilience({ retry: { budget: '20%', minPerSecond: 1 } });

  /** Takes until there is nothing left. */
  function takeAll(budget: RetryBudget): number {
    let taken = 0;
    while (budget.take()) taken += 1;
    return taken;
  }

  test('is a share of the calls of ten seconds', () => {
    let nowMs = 0;
    const budget = new RetryBudget(retry, () => nowMs);
    for (let made = 0; made < 1_000; made += 1) budget.call();
    expect(budget.state()).toEqual({ left: 200, calls: 1_000, retries: 0 });
    expect(takeAll(budget)).toBe(200);
    expect(budget.state()).toEqual({ left: 0, calls: 1_000, retries: 200 });
    nowMs = 11_000;
    expect(budget.state()).toEqual({ left: 10, calls: 0, retries: 0 });
  });

  test('allows some where there are few calls, and no more than its share where there are many', () => {
    const budget = new RetryBudget(retry, () => 0);
    expect(takeAll(budget)).toBe(10);
    for (let made = 0; made < 60; made += 1) budget.call();
    expect(takeAll(budget)).toBe(2);
  });

  test.each([1, 3, 17, 100])('never lets %d calls a turn come to more than 1.2 of them', (turn) => {
    let nowMs = 0;
    const budget = new RetryBudget({ budget: 0.2, minPerSecond: 0 }, () => nowMs);
    let [calls, retries] = [0, 0];
    for (nowMs = 0; nowMs < 100_000; nowMs += 37) {
      for (let made = 0; made < turn; made += 1) {
        budget.call();
        calls += 1;
        // Each of them fails, and so does what is tried again.
        if (budget.take()) retries += 1;
      }
    }
    expect((calls + retries) / calls).toBeLessThanOrEqual(1.2);
    expect((calls + retries) / calls).toBeGreaterThan(1.17);
  });

  test('that changes applies to what was spent', () => {
    const budget = new RetryBudget(retry, () => 0);
    for (let made = 0; made < 100; made += 1) budget.call();
    expect(takeAll(budget)).toBe(20);
    budget.configure({ budget: 0.3, minPerSecond: 1 });
    expect(takeAll(budget)).toBe(10);
  });

  test('is all that stands between failing calls and as many retries', async () => {
    const { run, made, outcomes } = attempts([failed], { budget: '0%' });
    for (let calls = 0; calls < 20; calls += 1) await run().catch(() => undefined);
    expect(made).toHaveLength(30);
    expect(outcomes.filter((outcome) => outcome === 'no_budget')).not.toHaveLength(0);
  });
});

describe('Retry-After', () => {
  const now = () => Date.parse('Sun, 06 Nov 1994 08:49:37 GMT');

  test.each([
    ['0', 0],
    ['120', 120_000],
    [' 3 ', 3_000],
    ['Sun, 06 Nov 1994 08:49:47 GMT', 10_000],
    ['Sunday, 06-Nov-94 08:49:47 GMT', 10_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['1994-11-06', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %s ms', (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
