import { fileURLToPath } from 'node:url';
import { failed } from './first-failure.ts';
import type { Finished, Workshop } from './workshop.ts';

/** Something that may notice a defect in a copy of the code. */
export interface Check {
  readonly name: string;
  run(workshop: Workshop): Promise<Finding>;
}

/** What a check says of a copy; nothing where all is as it has to be there. */
export interface Finding {
  /** What is wrong: a test that failed, or an operation that was not answered as it has to be. */
  readonly wrong?: string;
  /** Why the check came to no end. That may have other reasons than a defect. */
  readonly unsettled?: string;
}

const fuzz = ['test/conformance/main.ts', '--seed', '100', '--until-difference'];
const reporter = fileURLToPath(new URL('./first-failure.ts', import.meta.url));
const jest = [
  ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'],
  ...['--runInBand', '--reporters', reporter],
];

/** Compares random operations until one is answered wrongly. */
export function randomOperations(operations: number, splits: number): Check {
  const budget = ['--operations', String(operations), '--splits', String(splits)];
  return {
    name: `${operations} random operations`,
    async run(workshop) {
      const finished = await workshop.node(...fuzz, ...budget);
      const [, compared, differences] =
        /^(\d+) operations compared .* (\d+) differences$/m.exec(finished.out) ?? [];
      if (differences === undefined) return { unsettled: lastWords(finished) };
      return differences === '0' ? {} : { wrong: `random operations: number ${compared}` };
    },
  };
}

/** Runs the tests of one file until one of them fails. */
export function testFile(file: string): Check {
  return {
    name: file,
    async run(workshop) {
      const finished = await workshop.node(...jest, '--runTestsByPath', file);
      if (finished.code === 0) return {};
      const [, title] = finished.out.split(failed);
      if (title === undefined) return { unsettled: lastWords(finished) };
      return { wrong: `${file}: ${title.trimEnd()}` };
    },
  };
}

function lastWords({ code, out, errors }: Finished): string {
  const end = code === undefined ? 'It was killed' : `It ended with ${code}`;
  return `${end}: ${(out + errors).slice(-1_000)}`;
}
