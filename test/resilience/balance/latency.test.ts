import { expect, test } from '@jest/globals';
import { algorithmFor } from '../../../src/resilience/balance/algorithms.ts';
import type { BalanceOptions } from '../../../src/resilience/balance/options.ts';
import { TargetState } from '../../../src/resilience/balance/target-state.ts';

const [fastMs, slowMs] = [10, 1_000];
const everyMs = 0.5;
const calls = 20_000;

interface Ending {
  readonly atMs: number;
  readonly target: TargetState;
}

/** The time within which 99 % of calls are answered by ten targets of which one is slow. */
function p99(balance: BalanceOptions): number {
  let nowMs = 0;
  const targets = Array.from({ length: 10 }, (_, at) => new TargetState(`t${at}`, () => nowMs));
  const algorithm = algorithmFor(balance);
  const endings: Record<'fast' | 'slow', Ending[]> = { fast: [], slow: [] };
  const took: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    nowMs += everyMs;
    for (const queue of Object.values(endings)) {
      while ((queue[0]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) end(queue.shift(), queue);
    }
    const target = algorithm.pick(targets, undefined);
    target.inFlight += 1;
    const isSlow = target === targets[0];
    const ms = isSlow ? slowMs : fastMs;
    endings[isSlow ? 'slow' : 'fast'].push({ atMs: nowMs + ms, target });
    took.push(ms);
  }
  function end(ending: Ending | undefined, queue: readonly Ending[]): void {
    if (ending === undefined) return;
    ending.target.inFlight -= 1;
    ending.target.observe(queue === endings.slow ? slowMs : fastMs);
  }
  return took.sort((one, other) => one - other)[Math.floor(calls * 0.99)] ?? 0;
}

test('one slow target of ten: all but turns keep the p99 where it is', () => {
  const turns = p99('round-robin');
  const others = (['p2c', 'least-conn', 'ewma'] as const).map((name) => [name, p99(name)] as const);
  const figures = others.map(([name, ms]) => `${name} ${ms} ms`).join(', ');
  process.stdout.write(`p99 with one target of ten slow: ${figures}, round-robin ${turns} ms\n`);
  expect(turns).toBe(slowMs);
  for (const [, ms] of others) expect(ms).toBe(fastMs);
});
