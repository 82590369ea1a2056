import { parseArgs } from 'node:util';
import { loadBesideRequests } from './loading.ts';
import { swapUnderLoad } from './swaps.ts';

// `npm run soak -- --swaps 200`: the swap test at full size. `npm run soak -- --loading`: requests
// beside the loading of a supergraph of 100 subgraphs. Both end with 1 where something is wrong.
const { values } = parseArgs({
  options: {
    swaps: { type: 'string', default: '200' },
    loading: { type: 'boolean', default: false },
    subgraphs: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    noise: { type: 'string', default: '0' },
  },
});
process.exitCode = (await (values.loading ? loading() : swaps())) ? 0 : 1;

async function swaps(): Promise<boolean> {
  const report = await swapUnderLoad(Number(values.swaps));
  const { wrong, heapBytes, threads } = report;
  const grown = heapBytes.after / heapBytes.before - 1;
  print({
    ...report,
    wrong: wrong.slice(0, 3),
    heapGrownPercent: Math.round(grown * 1_000) / 10,
  });
  const left = threads.after - threads.before + threads.closed;
  return wrong.length === 0 && grown <= 0.2 && left === 0;
}

/** What else runs on the machine delays requests, too: most of several rounds decide. */
async function loading(): Promise<boolean> {
  const size = { subgraphs: Number(values.subgraphs), typesPerSubgraph: 30 };
  const majority = Math.floor(Number(values.rounds) / 2) + 1;
  let good = 0;
  for (let bad = 0; good < majority && bad < majority; ) {
    const report = await loadBesideRequests(size);
    print(report);
    const { quiet, during } = report;
    if (during.p99Ms <= Math.max(2 * quiet.p99Ms, Number(values.noise))) good += 1;
    else bad += 1;
  }
  return good === majority;
}

function print(report: object): void {
  const rounded = (_: string, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 100) / 100 : value;
  process.stdout.write(`${JSON.stringify(report, rounded, 2)}\n`);
}
