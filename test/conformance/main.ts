import { parseArgs } from 'node:util';
import { differential } from './differential.ts';
import { plain } from './features.ts';
import { described } from './report.ts';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '2000' },
    splits: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    with: { type: 'string', multiple: true, default: [] },
  },
});

const features = { ...plain, ...Object.fromEntries(values.with.map((name) => [name, true])) };
const unknown = values.with.find((name) => !Object.hasOwn(plain, name));
if (unknown !== undefined) throw new TypeError(`There is no feature ${unknown} to go --with`);

const { operations, splits, seed } = values;
process.stdout.write(`--operations ${operations} --splits ${splits} --seed ${seed}\n`);
const tally = await differential({
  operations: Number(operations),
  splits: Number(splits),
  seed: Number(seed),
  features,
  found: (difference) => process.stdout.write(described(difference)),
});
const { compared, discarded, uncomposed, differences } = tally;
process.stdout.write(
  `${compared} operations compared over ${tally.splits} splits, ${discarded} were not valid, ` +
    `${uncomposed} splits did not compose: ${differences.length} differences\n`,
);
process.exitCode = differences.length > 0 ? 1 : 0;
