import { type Check, type Finding, randomOperations, testFile } from './checks.ts';
import type { Mutant } from './mutant.ts';
import { Workshop } from './workshop.ts';

/** Random operations: few at first, and many where nothing else notices anything. */
const few = randomOperations(400, 8);
const many = randomOperations(4_000, 40);

interface Verdict {
  /** What caught the defect; undefined: nothing did. */
  readonly by: string | undefined;
  /** Of checks that came to no end, or found something without the defect, too. */
  readonly remarks: readonly string[];
}

/** Beside the copies with defects there is one without: what is wrong there, too, catches nothing. */
export class Trials implements AsyncDisposable {
  readonly #sound: Workshop;
  readonly #findings = new Map<string, Promise<Finding>>();

  private constructor(sound: Workshop) {
    this.#sound = sound;
  }

  static async open(): Promise<Trials> {
    return new Trials(await Workshop.open());
  }

  /** Tries one defect, and prints a line about it. */
  async isCaught(workshop: Workshop, mutant: Mutant): Promise<boolean> {
    const start = Date.now();
    const { by, remarks } = await workshop.with(mutant, () => this.#verdict(workshop, mutant));
    const columns = [
      mutant.file.replace('src/', '').padEnd(38),
      mutant.name.padEnd(76),
      `${((Date.now() - start) / 1000).toFixed(0)} s`.padStart(6),
      by ?? 'NOT CAUGHT',
    ];
    process.stdout.write(`${columns.join(' ')}\n`);
    for (const remark of remarks) process.stdout.write(`${remark}\n`);
    return by !== undefined;
  }

  async #verdict(workshop: Workshop, { tests }: Mutant): Promise<Verdict> {
    const remarks: string[] = [];
    for (const check of [...(tests?.map(testFile) ?? [few]), many]) {
      const { wrong, unsettled } = await check.run(workshop);
      if (unsettled !== undefined) remarks.push(`${check.name} came to no end: ${unsettled}`);
      if (wrong === undefined) continue;
      const without = await this.#without(check);
      if (without.wrong === undefined && without.unsettled === undefined) {
        return { by: wrong, remarks };
      }
      const reason = without.wrong ?? without.unsettled;
      remarks.push(`${check.name} says nothing: without the defect, ${reason}`);
    }
    return { by: undefined, remarks };
  }

  /** What a check says where no defect is. */
  #without(check: Check): Promise<Finding> {
    const finding = this.#findings.get(check.name) ?? check.run(this.#sound);
    this.#findings.set(check.name, finding);
    return finding;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sound[Symbol.asyncDispose]();
  }
}
