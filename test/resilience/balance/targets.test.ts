import { describe, expect, test } from '@jest/globals';
import { type EjectOptions, ejectOptions } from '../../../src/resilience/balance/options.ts';
import { Outliers } from '../../../src/resilience/balance/outliers.ts';
import { TargetPool } from '../../../src/resilience/balance/target-pool.ts';
import { TargetState } from '../../../src/resilience/balance/target-state.ts';
import { accepting, untried, usable } from '../../../src/resilience/balance/usable.ts';

class Clock {
  ms = 1;
  readonly now = (): number => this.ms;
}

function states(count: number, { now }: Clock): readonly TargetState[] {
  return Array.from({ length: count }, (_, index) => new TargetState(`t${index}`, now));
}

function eject(input: object): EjectOptions {
  const options = ejectOptions.parse(input);
  if (options === false) throw new Error('It is on');
  return options;
}

describe('a target is left alone', () => {
  test('after failures in a row, which a success interrupts', () => {
    const clock = new Clock();
    const all = states(3, clock);
    const [target] = all;
    if (target === undefined) throw new Error('There is one');
    const outliers = new Outliers(eject({ after: 3, minRequests: 100 }), clock.now);
    outliers.failed(target, all);
    outliers.failed(target, all);
    outliers.succeeded(target);
    outliers.failed(target, all);
    outliers.failed(target, all);
    expect(target.isEjected).toBe(false);
    expect(outliers.failed(target, all)).toEqual({ reason: 'consecutive failures', forMs: 30_000 });
    expect(target.isEjected).toBe(true);
  });

  test('when too large a share of its calls fails, once there are enough', () => {
    const clock = new Clock();
    const all = states(3, clock);
    const [target] = all;
    if (target === undefined) throw new Error('There is one');
    const outliers = new Outliers(eject({ after: 50, minRequests: 10 }), clock.now);
    for (let call = 0; call < 4; call += 1) {
      outliers.succeeded(target);
      expect(outliers.failed(target, all)).toBeUndefined();
    }
    outliers.succeeded(target);
    expect(outliers.failed(target, all)).toEqual({ reason: 'failure rate', forMs: 30_000 });
  });

  test('longer each time, up to the longest, and shorter again after a good while', () => {
    const clock = new Clock();
    const all = states(2, clock);
    const [target] = all;
    if (target === undefined) throw new Error('There is one');
    const outliers = new Outliers(eject({ after: 1, for: '10s..40s' }), clock.now);
    const times: (number | undefined)[] = [];
    for (let round = 0; round < 4; round += 1) {
      times.push(outliers.failed(target, all)?.forMs);
      clock.ms += 40_000;
    }
    expect(times).toEqual([10_000, 20_000, 40_000, 40_000]);
    clock.ms += 80_001;
    expect(outliers.failed(target, all)?.forMs).toBe(10_000);
  });

  test.each([
    [10, '50%', 5],
    [10, '25%', 2],
    [3, '50%', 1],
    [2, '50%', 1],
    [4, '0%', 0],
    [1, '50%', 0],
  ])('never more of %i at once than %s', (count, max, most) => {
    const clock = new Clock();
    const all = states(count, clock);
    const outliers = new Outliers(eject({ after: 1, max }), clock.now);
    for (let round = 0; round < 200; round += 1) {
      for (const target of all) outliers.failed(target, all);
      const ejected = all.filter(({ isEjected }) => isEjected).length;
      expect(ejected).toBeLessThanOrEqual(most);
      if (round === 0) expect(ejected).toBe(most);
      clock.ms += 7_919;
    }
  });
});

describe('those that may be called', () => {
  test('are those that are well', () => {
    const all = states(4, new Clock());
    all[0]?.setHealthy(false);
    all[1]?.eject(1_000);
    expect(usable(all, 0.5)).toEqual(all.slice(2));
  });

  test('are all while too few are well, but for those being drained', () => {
    const all = states(5, new Clock());
    all[0]?.setDraining(true);
    all[1]?.setHealthy(false);
    all[2]?.setHealthy(false);
    expect(usable(all, 0.5)).toEqual(all.slice(3));
    all[3]?.setHealthy(false);
    expect(usable(all, 0.5)).toEqual(all.slice(1));
  });

  test('are none where all are being drained', () => {
    const all = states(2, new Clock());
    for (const target of all) target.setDraining(true);
    expect(usable(all, 0.5)).toEqual([]);
  });

  test('are those that accept calls, while there are such', () => {
    const all = states(3, new Clock());
    expect(accepting(all, ({ id }) => id === 't1')).toEqual([all[0], all[2]]);
    expect(accepting(all, () => true)).toBe(all);
    expect(accepting(all, () => false)).toBe(all);
  });

  test('are those that were not tried, while there are such', () => {
    const all = states(2, new Clock());
    expect(untried(all, new Set(['t0']))).toEqual(all.slice(1));
    expect(untried(all, new Set(['t0', 't1']))).toBe(all);
  });
});

describe('a target begins slowly', () => {
  const terms = (id: string) => ({ id, weight: 10, slowStartMs: 10_000 });

  test('when it comes to others, and not with the first', () => {
    const clock = new Clock();
    const pool = new TargetPool(clock.now);
    const [first] = pool.hold('orders', [terms('a')]);
    const [again, later] = pool.hold('orders', [terms('a'), terms('b')]);
    expect(again?.state).toBe(first?.state);
    expect(first?.state.weight).toBe(10);
    expect(later?.state.weight).toBe(1);
    clock.ms += 5_000;
    expect(later?.state.weight).toBe(5);
    clock.ms += 5_000;
    expect(later?.state.weight).toBe(10);
  });

  test('when it was left alone, not well, or drained', () => {
    const clock = new Clock();
    const target = new TargetState('a', clock.now);
    target.slowStartMs = 10_000;
    target.eject(1_000);
    clock.ms += 1_000;
    expect(target.isEjected).toBe(false);
    expect(target.weight).toBe(0.1);
    clock.ms += 10_000;
    expect(target.weight).toBe(1);
    target.setHealthy(false);
    target.setHealthy(true);
    expect(target.weight).toBe(0.1);
    clock.ms += 10_000;
    target.setDraining(true);
    target.setDraining(false);
    expect(target.weight).toBe(0.1);
  });
});

test('what is known of a target lasts as long as somebody uses it', () => {
  const pool = new TargetPool();
  const terms = [{ id: 'a', weight: 1, slowStartMs: 0 }];
  const [one] = pool.hold('orders', terms);
  const [other] = pool.hold('orders', terms);
  one?.state.setDraining(true);
  one?.[Symbol.dispose]();
  expect(pool.find('orders', 'a')?.isDraining).toBe(true);
  other?.[Symbol.dispose]();
  expect(pool.snapshot()).toEqual([]);
  const [fresh] = pool.hold('orders', terms);
  expect(fresh?.state.isDraining).toBe(false);
});
