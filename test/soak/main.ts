import { parseArgs } from 'node:util';
import { swapUnderLoad } from './swaps.ts';

// `npm run soak -- --swaps 200`: the swap test at full size. It ends with 1 where something is wrong.
const { values } = parseArgs({ options: { swaps: { type: 'string', default: '200' } } });
const report = await swapUnderLoad(Number(values.swaps));
const { wrong, heapBytes, threads } = report;
const grown = heapBytes.after / heapBytes.before - 1;
const shown = {
  ...report,
  wrong: wrong.slice(0, 3),
  heapGrownPercent: Math.round(grown * 1_000) / 10,
};
process.stdout.write(`${JSON.stringify(shown, undefined, 2)}\n`);
const left = threads.after - threads.before + threads.closed;
process.exitCode = wrong.length > 0 || grown > 0.2 || left !== 0 ? 1 : 0;
