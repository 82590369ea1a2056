import { goalsOf } from './goals.ts';
import type { Result, Setting } from './measure.ts';

/** One setting's medians as a table, and how the others stand to Gatehouse. */
export function settingReport(setting: Setting, results: readonly Result[]): string {
  const { case: asked, unlike, connections } = setting;
  const title = `${asked.name}, ${unlike ? 'unlike' : 'alike'}, ${connections} connections`;
  const head = [
    '',
    'req/s',
    'p50 ms',
    'p99 ms',
    'CPU ms',
    'spread',
    'fetches',
    'alone',
    'kB',
    'MiB',
  ];
  const rows = results.map(rowOf);
  return `\n${title}\n${table([head, ...rows])}\n${ratios(results)}`;
}

/** What was promised, and what came out. */
export function goalReport(results: readonly Result[]): string {
  const known = goalsOf(results).filter(({ value }) => value !== undefined);
  const lines = known.map(({ text, value = 0, met }) => {
    return `${met ? 'met   ' : 'missed'} ${text}: ${round(value)}`;
  });
  return lines.length === 0 ? '' : `\nGoals\n${lines.join('\n')}\n`;
}

function rowOf({ contender, median, rounds, alone }: Result): readonly string[] {
  const cpu = rounds.map(({ cpuMsPerRequest }) => cpuMsPerRequest);
  const spread = (Math.max(...cpu) - Math.min(...cpu)) / median.cpuMsPerRequest;
  return [
    contender,
    median.requestsPerSecond.toFixed(0),
    median.p50Ms.toFixed(2),
    median.p99Ms.toFixed(2),
    median.cpuMsPerRequest.toFixed(3),
    `${(spread * 100).toFixed(0)} %`,
    round(median.fetchesPerRequest),
    `${alone.fetches}`,
    (alone.bytes / 1_000).toFixed(1),
    median.residentMiB.toFixed(0),
  ];
}

function ratios(results: readonly Result[]): string {
  const ours = results.find(({ contender }) => contender === 'gatehouse');
  if (ours === undefined) return '';
  return results
    .filter((result) => result !== ours)
    .map(({ contender, median }) => {
      const cpu = median.cpuMsPerRequest / ours.median.cpuMsPerRequest;
      const throughput = ours.median.requestsPerSecond / median.requestsPerSecond;
      return `${contender} / gatehouse: CPU ${round(cpu)}; throughput the other way round ${round(throughput)}\n`;
    })
    .join('');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => {
    return Math.max(...rows.map((row) => row[column]?.length ?? 0));
  });
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths?.[column] ?? 0) : cell.padStart(widths?.[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ')).join('\n');
}

function round(number: number): string {
  return number.toFixed(2);
}
