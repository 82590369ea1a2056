import { Command, InvalidArgumentError, Option } from 'commander';
import { cases } from './cases.ts';
import { goalConnections } from './goals.ts';
import { settings } from './settings.ts';

/** What a run is to do. */
export interface Flags {
  readonly cases: readonly string[];
  readonly contenders: readonly string[];
  readonly connections: readonly number[];
  readonly requests: readonly ('unlike' | 'alike')[];
  readonly rounds: number;
  readonly seconds: number;
  readonly compare?: string;
  readonly out?: string;
}

const caseNames = cases.map(({ name }) => name);
const contenderNames = ['floor', 'stock', 'gatehouse'];
const shapes = ['unlike', 'alike'];

/** What the goals need; it takes about five minutes. */
const quick = {
  cases: ['one-field', 'four-fetches', 'nested'],
  connections: [goalConnections],
  rounds: 5,
  seconds: 2,
};

const full = { cases: caseNames, connections: [1, 50, 500], rounds: 5, seconds: 2 };

/** Reads the command line; what is not given is as in a quick run, or with `--full` a full one. */
export function readFlags(args: readonly string[]): Flags {
  const program = new Command('bench')
    .description('Compares Gatehouse with stock Apollo and a bare proxy')
    .addOption(listOption('--cases <names>', caseNames))
    .addOption(listOption('--contenders <names>', [...contenderNames, ...Object.keys(settings)]))
    .addOption(listOption('--requests <kinds>', shapes))
    .option('--connections <numbers>', 'separated by commas', positiveList)
    .option('--rounds <number>', 'measured rounds of each contender', positive)
    .option('--seconds <number>', 'length of a round', positive)
    .option('--compare <revision>', 'another Gatehouse beside the one of the working tree')
    .option('--out <file>', 'writes all figures as JSON')
    .option('--full', 'every case at 1, 50 and 500 connections, for about half an hour')
    .parse(args, { from: 'user' });
  const { full: isFull, ...given } = program.opts();
  const standard = { contenders: contenderNames, requests: shapes };
  return { ...standard, ...(isFull === true ? full : quick), ...given } as Flags;
}

function listOption(flags: string, choices: readonly string[]): Option {
  return new Option(flags, `of ${choices.join(', ')}; separated by commas`).argParser((text) => {
    const names = text.split(',');
    const unknown = names.find((name) => !choices.includes(name));
    if (unknown !== undefined) throw new InvalidArgumentError(`There is no ${unknown}.`);
    return names;
  });
}

function positiveList(text: string): readonly number[] {
  return text.split(',').map(positive);
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new InvalidArgumentError('Expected a whole number above zero.');
  }
  return number;
}
