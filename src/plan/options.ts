import { z } from 'zod';
import { timeLimit } from '../lib/duration.ts';
import { size } from '../lib/size.ts';
import { progressiveOverrideOptions } from './overrides/options.ts';

const planCache = z.strictObject({
  size: size
    .prefault('64MiB')
    .describe('Memory for plans. Default 64MiB, some thousand plans; the least used go first'),
});

const warmUp = z.strictObject({
  operations: z
    .int()
    .min(0)
    .max(100_000)
    .default(100)
    .describe('Most operations that are planned anew, the most used first. Default 100; 0 is none'),
  timeout: timeLimit
    .prefault('30s')
    .describe('Longest time for it; the new supergraph is served then all the same. Default 30s'),
});

const planning = z.strictObject({
  timeout: timeLimit
    .prefault('5s')
    .describe(
      'Longest time for making one plan, and for waiting to be planned. Default 5s: most plans ' +
        'take milliseconds',
    ),
  cpu: timeLimit
    .prefault('2s')
    .describe(
      'Most CPU time for making one plan; an operation that needs more is refused. Default 2s. ' +
        'Before Node 24.6 it is counted as time',
    ),
  memory: size
    .prefault('512MiB')
    .describe(
      'Memory of one planner; an operation that needs more is refused. Default 512MiB, enough for ' +
        'thousands of types: keep it twice what the supergraph itself takes',
    ),
  paths: z
    .int()
    .min(1)
    .default(10_000)
    .describe(
      'Most paths through the subgraphs that are looked at for one plan; an operation that has more ' +
        'is refused. Default 10000: usual operations have some hundred, but each level of fields ' +
        'that several subgraphs share multiplies them',
    ),
  size: size
    .prefault('1MiB')
    .describe('Largest plan, as JSON. Default 1MiB; usual plans take some kilobytes'),
  workers: z
    .int()
    .min(1)
    .max(64)
    .default(2)
    .describe('Planners, each a thread; all but the first start when they are needed. Default 2'),
  warmUp: warmUp
    .prefault({})
    .describe('Plans that are made for a new supergraph before requests get to see it'),
});

/** The part of `graphql` that concerns query plans. */
export const planOptions = z.strictObject({
  planCache: planCache.prefault({}).describe('Query plans kept for the next equal operation'),
  planning: planning.prefault({}).describe('How plans are made, and what that may cost'),
  progressiveOverride: progressiveOverrideOptions
    .prefault({})
    .describe('Which labels of @override(label:) are active for a request'),
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
/** How plans are made, with every default; times in milliseconds, sizes in bytes. */
export type PlanningOptions = PlanOptions['planning'];
