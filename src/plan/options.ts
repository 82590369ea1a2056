import { z } from 'zod';
import { size } from '../lib/size.ts';

const planCache = z.strictObject({
  size: size
    .prefault('64MiB')
    .describe('Memory for plans. Default 64MiB, some thousand plans; the least used go first'),
});

/** The part of `graphql` that concerns query plans. */
export const planOptions = z.strictObject({
  planCache: planCache.prefault({}).describe('Query plans kept for the next equal operation'),
  exposePlan: z
    .boolean()
    .default(false)
    .describe(
      'Whether a client that sends Apollo-Expose-Query-Plan gets the plan beside the data. ' +
        'Default false: a plan names the subgraphs and what each of them is asked',
    ),
});

/** What an operator writes of plans. */
export type PlanInput = z.input<typeof planOptions>;
/** The plans' options with every default; sizes in bytes. */
export type PlanOptions = z.output<typeof planOptions>;
