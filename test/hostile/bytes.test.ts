import { expect, test } from '@jest/globals';
import { bombard } from './bytes.ts';

const seed = 20_000;

test('twenty thousand mutated requests are answered, none with a failure of the gateway', async () => {
  const { requests, statuses, keptBytes, wrong } = await bombard({ requests: 20_000, seed });
  expect({ seed, wrong }).toEqual({ seed, wrong: [] });
  expect(requests).toBe(20_000);
  // The mutations are of use only where both kinds come out of them.
  expect(statuses[200]).toBeGreaterThan(1_000);
  expect(statuses[400]).toBeGreaterThan(1_000);
  expect(keptBytes).toBeLessThan(50 * 1024 * 1024);
}, 120_000);
