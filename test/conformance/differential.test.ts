import { expect, test } from '@jest/globals';
import { type Asked, type DifferentialOptions, differential, type Tally } from './differential.ts';
import { inJobs } from './jobs.ts';
import type { Pair } from './pair.ts';
import { described } from './report.ts';

const options: DifferentialOptions = {
  operations: 2_000,
  splits: 20,
  seed: 9_000,
  generator: 'both',
};

/** Says what differs, and that enough was compared. */
function expectAlike(tally: Tally, wanted: Pick<DifferentialOptions, 'operations' | 'splits'>) {
  expect(tally.differences.map(described).join('\n')).toBe('');
  expect(tally.splits).toBe(wanted.splits);
  expect(tally.compared).toBeGreaterThan(0.95 * wanted.operations);
}

test('a federation and one server answer 2,000 random operations over 20 splits alike', async () => {
  const halves = { operations: options.operations / 2, splits: options.splits / 2 };
  const stuck: string[] = [];
  const listeners = { found() {}, stuck: ({ text }: Asked) => stuck.push(text) };
  for (const tally of await inJobs(2, options, listeners)) {
    expectAlike(tally, halves);
    // Most of what is generated is of use.
    expect(tally.uncomposed).toBeLessThan(tally.splits);
  }
  expect(stuck).toEqual([]);
}, 600_000);

test('a gateway before real servers answers 100 random operations over 2 splits alike', async () => {
  const few = { ...options, operations: 100, splits: 2, http: true };
  expectAlike(await differential(few), few);
}, 120_000);

test('64 callers at once, of whom every two are one, each get their own answers', async () => {
  const few = { ...options, operations: 20, splits: 1, http: true, callers: 64 };
  expectAlike(await differential(few), few);
}, 120_000);

test('a difference is cut down to a few fields, and found again by its seed and path', async () => {
  const planted = { ...options, operations: 200, splits: 1, altered: swapped };
  const [found] = (await differential(planted)).differences;
  expect(found?.operation.text.match(/\w+/g)?.length).toBeLessThanOrEqual(5);
  expect(Object.values(found?.sdls ?? {}).join('\n').length).toBeLessThan(2_500);
  const { seed = 0, path = '' } = found ?? {};
  const [again] = (await differential({ ...planted, seed, path })).differences;
  expect(again?.operation).toEqual(found?.operation);
}, 120_000);

/** A gateway that answers every number with another. */
function swapped(pair: Pair): Pair {
  return {
    ...pair,
    async federated(operation) {
      const { data, errorPaths } = await pair.federated(operation);
      return { data: data.replace(/:(\d+)/g, ':1$1'), errorPaths };
    },
  };
}
