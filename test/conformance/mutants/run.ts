import { answerMutants } from './answer-mutants.ts';
import { executeMutants } from './execute-mutants.ts';
import { mendMutants } from './mend-mutants.ts';
import type { Mutant } from './mutant.ts';
import { planMutants } from './plan-mutants.ts';
import { checkFit, type Finished, Workshop } from './workshop.ts';

export const mutants: readonly Mutant[] = [
  ...mendMutants,
  ...planMutants,
  ...answerMutants,
  ...executeMutants,
];

/** Random operations: few at first, and many where neither they nor a test notice anything. */
const few = ['--operations', '400', '--splits', '8'];
const many = ['--operations', '4000', '--splits', '40'];
const fuzz = [
  'test/conformance/main.ts',
  ...['--seed', '100', '--until-difference', '--with', 'sharedArguments', '--with', 'chains'],
];
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '-i'];

export interface MutantOptions {
  /** How many are tried at a time. */
  readonly jobs: number;
  /** Part of a file's or a mutant's name: no others are tried. */
  readonly only: string;
}

/** Tries every defect of the list, and tells what caught it; true when all were. */
export async function runMutants({ jobs, only }: MutantOptions): Promise<boolean> {
  const wanted = mutants.filter(({ name, file }) => `${file} ${name}`.includes(only));
  await checkFit(wanted);
  await using trials = await Trials.open();
  const queue = [...wanted];
  const survivors: Mutant[] = [];
  const work = async (): Promise<void> => {
    await using workshop = await Workshop.open();
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      if (!(await trials.isCaught(workshop, mutant))) survivors.push(mutant);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  process.stdout.write(`${wanted.length} mutants, ${survivors.length} of them not caught\n`);
  for (const { file, name } of survivors) process.stdout.write(`  ${file}: ${name}\n`);
  return survivors.length === 0;
}

interface Verdict {
  /** Undefined: nothing. */
  readonly by: string | undefined;
  readonly operations: string;
}

/** Beside the copies with defects there is one without: nothing may be caught there. */
class Trials implements AsyncDisposable {
  readonly #sound: Workshop;
  readonly #passing = new Map<string, Promise<Finished>>();

  private constructor(sound: Workshop) {
    this.#sound = sound;
  }

  static async open(): Promise<Trials> {
    const trials = new Trials(await Workshop.open());
    await trials.#passes([...fuzz, ...few]);
    return trials;
  }

  /** Tries one defect, and prints a line about it. */
  async isCaught(workshop: Workshop, mutant: Mutant): Promise<boolean> {
    const start = Date.now();
    const { by, operations } = await workshop.with(mutant, () => this.#verdict(workshop, mutant));
    const columns = [
      mutant.file.replace('src/', '').padEnd(38),
      mutant.name.padEnd(68),
      (by ?? 'NOT CAUGHT').padEnd(45),
      operations.padStart(6),
      `${((Date.now() - start) / 1000).toFixed(0)} s`.padStart(6),
    ];
    process.stdout.write(`${columns.join(' ')}\n`);
    return by !== undefined;
  }

  async #verdict(workshop: Workshop, { tests = [] }: Mutant): Promise<Verdict> {
    const first = await random(workshop, few);
    if (first.by !== undefined) return first;
    for (const file of tests) {
      const { code } = await workshop.node(...jest, file);
      if (code === 0) continue;
      await this.#passes([...jest, file]);
      return { by: file, operations: first.operations };
    }
    return random(workshop, many);
  }

  /** Throws when what catches defects catches something where there is none. */
  async #passes(given: readonly string[]): Promise<void> {
    const key = given.join(' ');
    const run = this.#passing.get(key) ?? this.#sound.node(...given);
    this.#passing.set(key, run);
    const { code, output } = await run;
    if (code !== 0) throw new Error(`Without a defect, ${key} fails:\n${output}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sound[Symbol.asyncDispose]();
  }
}

async function random(workshop: Workshop, budget: readonly string[]): Promise<Verdict> {
  const { code, output } = await workshop.node(...fuzz, ...budget);
  const operations = /^(\d+) operations compared/m.exec(output)?.[1] ?? '';
  if (code === undefined) return { by: 'random operations: it hangs', operations };
  if (operations === '') throw new Error(`The mutant does not run:\n${output}`);
  return { by: code === 0 ? undefined : 'random operations', operations };
}
