import { test } from '@jest/globals';
import { mutants } from './mutants/run.ts';
import { checkFit } from './mutants/workshop.ts';

test('Every mutant is a defect of the code as it is now', async () => {
  await checkFit(mutants);
});
