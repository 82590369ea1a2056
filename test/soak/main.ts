import { parseArgs } from 'node:util';
import { loadBesideRequests } from './loading.ts';
import { askForLongAnswers } from './long-answers.ts';
import { swapUnderLoad } from './swaps.ts';
import { failingUpstreams, sparesOthers, sparesUpstreams } from './upstreams.ts';

// `npm run soak -- --swaps 200`: the swap test at full size. `npm run soak -- --loading`: requests
// beside the loading of a supergraph of 100 subgraphs. `npm run soak -- --upstreams`: subgraphs that
// hang, fail and recover under load. `npm run soak -- --answers`: how long answers of ten megabytes
// hold the event loop. All end with 1 where something is wrong.
const { values } = parseArgs({
  options: {
    swaps: { type: 'string', default: '200' },
    loading: { type: 'boolean', default: false },
    upstreams: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
    answers: { type: 'boolean', default: false },
    subgraphs: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    noise: { type: 'string', default: '0' },
  },
});
/** No request may hold up the others for longer. */
const mostHeldMs = 50;

process.exitCode = (await chosen()) ? 0 : 1;

function chosen(): Promise<boolean> {
  if (values.upstreams) return upstreams();
  if (values.answers) return answers();
  return values.loading ? loading() : swaps();
}

async function upstreams(): Promise<boolean> {
  return mostly(async () => {
    const report = await failingUpstreams(Number(values.seconds));
    print(report);
    if (!sparesUpstreams(report)) throw new Error('More reached a subgraph than is allowed');
    return sparesOthers(report, Number(values.noise));
  });
}

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

function loading(): Promise<boolean> {
  const size = { subgraphs: Number(values.subgraphs), typesPerSubgraph: 30 };
  return mostly(async () => {
    const report = await loadBesideRequests(size);
    print(report);
    const { quiet, during } = report;
    return during.p99Ms <= Math.max(2 * quiet.p99Ms, Number(values.noise));
  });
}

/** What else runs on the machine delays requests, too: most of several rounds decide. */
async function mostly(round: () => Promise<boolean>): Promise<boolean> {
  const majority = Math.floor(Number(values.rounds) / 2) + 1;
  let good = 0;
  for (let bad = 0; good < majority && bad < majority; ) {
    if (await round()) good += 1;
    else bad += 1;
  }
  return good === majority;
}

/** The first of each kind compiles what the others use: the best of the others counts. */
async function answers(): Promise<boolean> {
  const reports = await askForLongAnswers(Number(values.rounds));
  print(reports);
  const kinds = new Set(reports.map(({ kind }) => kind));
  return [...kinds].every((kind) => {
    const holds = reports.filter((report) => report.kind === kind);
    return Math.min(...holds.map(({ longestHoldMs }) => longestHoldMs)) <= mostHeldMs;
  });
}

function print(report: object): void {
  const rounded = (_: string, value: unknown) =>
    typeof value === 'number' ? Math.round(value * 100) / 100 : value;
  process.stdout.write(`${JSON.stringify(report, rounded, 2)}\n`);
}
