import { describe, expect, test } from '@jest/globals';
import { algorithmFor } from '../../../src/resilience/balance/algorithms.ts';
import type { BalanceOptions } from '../../../src/resilience/balance/options.ts';
import { groupFor } from '../../../src/resilience/balance/split.ts';
import { TargetState } from '../../../src/resilience/balance/target-state.ts';

const calls = 100_000;
const weights = [1, 2, 3, 4];

/** Numbers that look random, the same in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function targets(all: readonly number[] = weights): readonly TargetState[] {
  return all.map((weight, index) => {
    const target = new TargetState(`10.0.0.${index + 1}:80`);
    target.fullWeight = weight;
    return target;
  });
}

const all: readonly BalanceOptions[] = [
  'p2c',
  'round-robin',
  'least-conn',
  'ewma',
  { hash: { from: 'header', name: 'x-user' } },
];

describe.each(all.map((balance) => [balance] as const))('%j', (balance) => {
  test('gives each target its share of 100,000 calls, within 5 %', () => {
    const algorithm = algorithmFor(balance, seeded(1));
    const some = targets();
    const total = weights.reduce((sum, weight) => sum + weight);
    for (let call = 0; call < calls; call += 1) {
      algorithm.pick(some, `user-${call}`).picks += 1;
    }
    for (const { picks, fullWeight } of some) {
      const wanted = (calls * fullWeight) / total;
      expect(Math.abs(picks - wanted) / wanted).toBeLessThan(0.05);
    }
  });

  test('gives each its share while calls last, within 5 %', () => {
    const algorithm = algorithmFor(balance, seeded(2));
    const some = targets([1, 1, 2]);
    const underWay: TargetState[] = [];
    const random = seeded(3);
    for (let call = 0; call < calls; call += 1) {
      const target = algorithm.pick(some, `user-${call}`);
      target.picks += 1;
      target.inFlight += 1;
      underWay.push(target);
      if (underWay.length <= 40) continue;
      const [ended] = underWay.splice(Math.floor(random() * underWay.length), 1);
      if (ended !== undefined) ended.inFlight -= 1;
    }
    for (const { picks, fullWeight } of some) {
      const wanted = (calls * fullWeight) / 4;
      expect(Math.abs(picks - wanted) / wanted).toBeLessThan(0.05);
    }
  });

  test('chooses the only one', () => {
    const [only] = targets([1]);
    if (only === undefined) throw new Error('There is one');
    expect(algorithmFor(balance, seeded(1)).pick([only], 'user')).toBe(only);
  });
});

test('round-robin spreads the turns of a heavy target out', () => {
  const algorithm = algorithmFor('round-robin');
  const some = targets([4, 1, 1]);
  const turns = Array.from({ length: 6 }, () => some.indexOf(algorithm.pick(some, undefined)));
  expect(turns).toEqual([0, 0, 1, 0, 2, 0]);
});

test.each(['p2c', 'least-conn'] as const)('%s leaves out the one with more to do', (balance) => {
  const algorithm = algorithmFor(balance, seeded(5));
  const [one, other] = targets([1, 1]);
  if (one === undefined || other === undefined) throw new Error('There are two');
  one.inFlight = 1;
  for (let call = 0; call < 1_000; call += 1) {
    expect(algorithm.pick([one, other], undefined)).toBe(other);
  }
});

test('ewma leaves out the one that got slow, at once, and comes back to it', () => {
  let nowMs = 0;
  const [one, other] = ['a', 'b'].map((id) => new TargetState(id, () => nowMs));
  if (one === undefined || other === undefined) throw new Error('There are two');
  const pick = () => algorithmFor('ewma', seeded(6)).pick([one, other], undefined);
  for (const target of [one, other]) target.observe(10);
  one.observe(500);
  expect(pick()).toBe(other);
  for (let second = 0; second < 60; second += 1) {
    nowMs += 1_000;
    other.observe(10);
  }
  expect(pick()).toBe(one);
});

describe('a hash', () => {
  const hash: BalanceOptions = { hash: { from: 'header', name: 'x-user' } };

  test('moves only the keys of a target that goes', () => {
    const algorithm = algorithmFor(hash);
    const five = targets([1, 1, 1, 1, 1]);
    const four = five.slice(0, 4);
    let moved = 0;
    for (let user = 0; user < 10_000; user += 1) {
      const before = algorithm.pick(five, `u${user}`);
      const after = algorithm.pick(four, `u${user}`);
      if (before !== five[4]) expect(after).toBe(before);
      else moved += 1;
    }
    expect(moved / 10_000).toBeCloseTo(0.2, 1);
  });

  test('has others help out where a key is asked for by all', () => {
    const algorithm = algorithmFor(hash);
    const four = targets([1, 1, 1, 1]);
    for (let call = 0; call < 100; call += 1) {
      const target = algorithm.pick(four, 'popular');
      target.inFlight += 1;
    }
    // 100 calls, a quarter of them, and a quarter of that more.
    for (const { inFlight } of four) expect(inFlight).toBeLessThanOrEqual(Math.ceil(25 * 1.25));
  });
});

test('a share is as large as it says, within 5 %, and who is in a small one is in a larger one', () => {
  const inShare = (share: number, user: number) =>
    groupFor([{ group: 'canary', share, stickyBy: () => `u${user}` }], {}) === 'canary';
  let small = 0;
  for (let user = 0; user < calls; user += 1) {
    if (!inShare(0.1, user)) continue;
    small += 1;
    expect(inShare(0.2, user)).toBe(true);
  }
  expect(Math.abs(small - calls * 0.1) / (calls * 0.1)).toBeLessThan(0.05);
});
