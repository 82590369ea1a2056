import { expect, test } from '@jest/globals';
import { differential } from './differential.ts';
import { plain } from './features.ts';
import { described } from './report.ts';

test('a federation and one server answer 2,000 random operations over 20 splits alike', async () => {
  const tally = await differential({ operations: 2_000, splits: 20, seed: 9_000, features: plain });
  expect(tally.differences.map(described).join('\n')).toBe('');
  expect(tally.splits).toBe(20);
  expect(tally.compared).toBeGreaterThan(1_900);
  // Most of what is generated is of use.
  expect(tally.uncomposed).toBeLessThan(tally.splits);
}, 240_000);
