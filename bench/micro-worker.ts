import { prepareSteps, type Sample, sampled } from './micro-steps.ts';

// Times steps of one built revision, one sample for each message that names a step.
// Arguments: the folder of the compiled sources.

const steps = await prepareSteps(process.argv[2] ?? '');

process.on('message', async (step: string) => {
  process.send?.(await answer(step));
});

async function answer(step: string): Promise<Sample> {
  try {
    const prepared = await steps[step]?.();
    if (prepared === undefined) throw new TypeError('It is not known');
    return { us: await sampled(prepared) };
  } catch (failure) {
    return { us: Number.NaN, failure: String(failure) };
  }
}
