import { parseArgs } from 'node:util';
import type { Asked } from './differential.ts';
import { inJobs } from './jobs.ts';
import { described } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    operations: { type: 'string', default: '2000' },
    splits: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    path: { type: 'string' },
    generator: { type: 'string', default: 'both' },
    jobs: { type: 'string', default: '1' },
    http: { type: 'boolean', default: false },
    callers: { type: 'string', default: '1' },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    'until-difference': { type: 'boolean', default: false },
    seconds: { type: 'string', default: '300' },
    paths: { type: 'string' },
    requests: { type: 'string', default: '1000000' },
    sockets: { type: 'string', default: '10000' },
  },
});

const [command] = positionals;
if (command === 'nasty') {
  const { climb } = await import('../hostile/nasty.ts');
  const { findings, ...rest } = await climb({
    ms: Number(values.seconds) * 1_000,
    seed: Number(values.seed),
    ...(values.paths !== undefined && { planning: { paths: Number(values.paths) } }),
  });
  print({ seed: values.seed, ...rest, findings });
  process.exitCode = findings.length === 0 ? 0 : 1;
} else if (command === 'bytes') {
  const { bombard } = await import('../hostile/bytes.ts');
  const [requests, seed] = [Number(values.requests), Number(values.seed)];
  const report = await bombard({ requests, seed });
  print({ seed, ...report });
  process.exitCode = report.wrong.length === 0 ? 0 : 1;
} else if (command === 'sockets') {
  const { manySockets } = await import('../hostile/many-sockets.ts');
  const count = Number(values.sockets);
  for (const connections of [count, Math.ceil(count / 2)]) {
    print({ connections, rounds: await manySockets(count, connections) });
  }
} else if (command === 'auth') {
  const { equivalence } = await import('../auth/equivalence/equivalence.ts');
  const [seed, splits] = [Number(values.seed), Number(values.splits)];
  const operations = Number(values.operations);
  const { differences, ...report } = await equivalence({ seed, splits, operations });
  for (const difference of differences) process.stdout.write(`${difference}\n`);
  print({ seed, ...report, differences: differences.length });
  process.exitCode = differences.length === 0 ? 0 : 1;
} else if (command !== undefined) {
  throw new TypeError(`${command} is none of auth, nasty, bytes, sockets`);
} else if (values.mutants) {
  const { runMutants } = await import('./mutants/run.ts');
  process.exitCode = (await runMutants({ jobs: Number(values.jobs), only: values.only })) ? 0 : 1;
} else {
  process.exitCode = (await compare()) ? 0 : 1;
}

function print(report: object): void {
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
}

/** True when there was no difference. */
async function compare(): Promise<boolean> {
  const { operations, splits, seed, generator, path } = values;
  const line = `--operations ${operations} --splits ${splits} --seed ${seed} --generator ${generator}`;
  process.stdout.write(`${line}\n`);
  const stuck: Asked[] = [];
  const options = {
    operations: Number(operations),
    splits: Number(splits),
    seed: Number(seed),
    generator: oneOf(['own', 'ibm', 'both'], generator),
    http: values.http,
    callers: Number(values.callers),
    untilDifference: values['until-difference'],
    ...(path !== undefined && { path }),
  };
  const tallies = await inJobs(Number(values.jobs), options, {
    found: (difference) => process.stdout.write(described(difference)),
    stuck: (asked) => stuck.push(asked),
  });
  for (const { seed, text } of stuck) {
    process.stdout.write(`Not planned within a minute, in the split of seed ${seed}: ${text}\n`);
  }
  const sum = (count: 'compared' | 'discarded' | 'splits' | 'uncomposed'): number =>
    tallies.reduce((total, tally) => total + tally[count], 0);
  const differences = tallies.flatMap((tally) => tally.differences);
  process.stdout.write(
    `${sum('compared')} operations compared over ${sum('splits')} splits, ` +
      `${sum('discarded')} were not valid, ${sum('uncomposed')} splits did not compose, ` +
      `${stuck.length} operations were not planned: ${differences.length} differences\n`,
  );
  return differences.length === 0;
}

function oneOf<Text extends string>(allowed: readonly Text[], given: string): Text {
  const found = allowed.find((text) => text === given);
  if (found === undefined) throw new TypeError(`${given} is none of ${allowed.join(', ')}`);
  return found;
}
