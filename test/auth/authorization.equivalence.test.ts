import { expect, test } from '@jest/globals';
import { equivalence } from './equivalence/equivalence.ts';

test('answers are those of one server with nulls where something is denied, and nothing denied is asked for', async () => {
  const report = await equivalence({ seed: 9_000, splits: 3, operations: 60 });
  expect(report.differences.join('\n')).toBe('');
  expect(report).toMatchObject({ splits: 3, compared: 240 });
  // Both kinds of answers are worth comparing.
  expect(report.filtered).toBeGreaterThan(50);
  expect(report.compared - report.filtered).toBeGreaterThan(50);
}, 60_000);
