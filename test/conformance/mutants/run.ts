import { answerMutants } from './answer-mutants.ts';
import { authMutants } from './auth-mutants.ts';
import { executeMutants } from './execute-mutants.ts';
import { mendMutants } from './mend-mutants.ts';
import type { Mutant } from './mutant.ts';
import { planMutants } from './plan-mutants.ts';
import { Trials } from './trials.ts';
import { checkFit, Workshop } from './workshop.ts';

export const mutants: readonly Mutant[] = [
  ...mendMutants,
  ...planMutants,
  ...answerMutants,
  ...executeMutants,
  ...authMutants,
];

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
