import { z } from 'zod';

const deduplicate = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Whether equal queries that are under way at once share one execution: same operation, ' +
        'variables, and headers that its subgraphs are sent. Default true; never where a ' +
        'subgraph hands out cookies, nor with layers of your own round subgraph calls, since ' +
        'these may tell callers apart by anything',
    ),
  except: z
    .array(z.string().min(1))
    .default([])
    .describe('Names of operations that are executed each time. Default none'),
});

/** The part of `graphql` that concerns execution. */
export const executionOptions = z.strictObject({
  deduplicate: deduplicate.prefault({}).describe('Work that equal queries share'),
});

/** What an operator writes of execution. */
export type ExecutionInput = z.input<typeof executionOptions>;
/** The options of execution with every default. */
export type ExecutionOptions = z.output<typeof executionOptions>;
