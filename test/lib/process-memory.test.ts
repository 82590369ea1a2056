import { expect, test } from '@jest/globals';
import { printedBy } from '../harness/command.ts';

const module = new URL('../../src/lib/process-memory.ts', import.meta.url);

/** Allocates some 700 MB, of which the last `kept` objects are in use, and gives MiB of young space. */
async function youngAfter(kept: number): Promise<number> {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { setImmediate } from 'node:timers/promises';
    import { tendMemory } from ${JSON.stringify(module.href)};
    tendMemory();
    const ring = [];
    for (let turn = 0; turn < 800; turn += 1) {
      for (let made = 0; made < 1_000; made += 1) {
        ring[(turn * 1_000 + made) % ${kept}] = new Array(100).fill(made);
      }
      await setImmediate();
    }
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    console.log(young.space_size / 2 ** 20);`;
  return Number(await printedBy(script));
}

test('the young generation grows where much of it survives, and not for what is soon gone', async () => {
  const [little, much] = await Promise.all([youngAfter(3_000), youngAfter(20_000)]);
  expect(little).toBeLessThanOrEqual(64);
  expect(much).toBeGreaterThan(64);
});
