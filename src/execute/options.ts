import { z } from 'zod';
import { timeLimit } from '../lib/duration.ts';
import { size } from '../lib/size.ts';

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

const response = z.strictObject({
  values: z
    .int()
    .min(1)
    .default(1_000_000)
    .describe('Most fields and items of lists. Default 1000000; nobody looks at more at once'),
  size: size
    .prefault('10MB')
    .describe('Longest data, in characters of JSON. Default 10MB, as one subgraph may give'),
  errors: z
    .int()
    .min(1)
    .default(100)
    .describe('Most errors; the last of them tells how many are left out. Default 100'),
});

/** The part of `graphql` that concerns execution. */
export const executionOptions = z.strictObject({
  timeout: timeLimit
    .prefault('60s')
    .describe(
      'For one operation, from its text to its answer, mutations too. Default 60s, enough for two ' +
        'subgraphs, one after the other, to take all the time they have',
    ),
  response: response
    .prefault({})
    .describe('How large an answer may be. What is beyond is null, and an error tells of it'),
  deduplicate: deduplicate.prefault({}).describe('Work that equal queries share'),
});

/** What an operator writes of execution. */
export type ExecutionInput = z.input<typeof executionOptions>;
/** The options of execution with every default. */
export type ExecutionOptions = z.output<typeof executionOptions>;
