import { expect, test } from '@jest/globals';
import { climb } from './nasty.ts';
import { onceNasty } from './once-nasty.ts';

const seed = 17;
const known = Object.values(onceNasty);

test('No document costs much, however it is made dearer', async () => {
  const { documents, findings } = await climb({ ms: 4_000, seed });
  expect({ seed, findings }).toEqual({ seed, findings: [] });
  expect(documents).toBeGreaterThan(known.length);
}, 60_000);

test('Where the paths of a plan have no bound, it is found that one costs too much', async () => {
  const planning = { paths: Number.MAX_SAFE_INTEGER, cpu: '1200ms' };
  const { findings } = await climb({ ms: 0, seed, planning, known: known.slice(0, 1) });
  expect(findings).toHaveLength(1);
}, 60_000);
