import { z } from 'zod';
import { timeLimit } from '../lib/duration.ts';
import { durationRange } from '../lib/duration-range.ts';
import { percent } from '../lib/percent.ts';

const statuses = z.array(z.union([z.int().min(400).max(599), z.enum(['4xx', '5xx'])]));

const retry = {
  max: z
    .int()
    .min(0)
    .max(10)
    .describe(
      'Further attempts for a query that failed, and for anything that was never sent; mutations ' +
        'that were sent get none. 2 unless set, 0 switches retries off',
    ),
  budget: percent.describe(
    'Retries of the last 10 seconds, as a share of its calls: when all fail, so much more load and ' +
      'no more. 20% unless set',
  ),
  minPerSecond: z
    .number()
    .min(0)
    .max(1_000)
    .describe('Retries that the budget allows where there are few calls. 1 unless set'),
  backoff: durationRange.describe(
    'Longest pause before the first retry, doubled for each later one, up to the longest of all; ' +
      'each is drawn at random below that. 25ms..250ms unless set',
  ),
  statuses: statuses.describe(
    'HTTP statuses that are worth another attempt, where no data came along. 429, 500, 502, 503 ' +
      'and 504 unless set',
  ),
};

const breaker = {
  enabled: z.boolean().describe('Whether calls are refused while too many fail. On unless set'),
  window: timeLimit.describe('Over which attempts are counted. 10s unless set'),
  minRequests: z
    .int()
    .min(1)
    .describe('Attempts within the window before any share of failures counts. 20 unless set'),
  failures: percent
    .refine((share) => share > 0, 'Expected more than 0%')
    .describe('Share of attempts that fail from which on calls are refused. 50% unless set'),
  open: durationRange.describe(
    'How long calls are refused at first, and at most: doubled each time the probes fail, less up ' +
      'to a fifth at random. 5s..1m unless set',
  ),
  probes: z
    .int()
    .min(1)
    .max(100)
    .describe('Calls that are let through then; when all are answered, all are. 3 unless set'),
  statuses: statuses.describe(
    'HTTP statuses that are failures, beside no answer at all. 5xx unless set',
  ),
  graphqlErrors: z
    .boolean()
    .describe('Whether an answer with errors and without data is a failure too. Off unless set'),
};

const concurrency = {
  max: z.int().min(1).max(65_535).describe('Most attempts under way at once. 256 unless set'),
  queue: z
    .int()
    .min(0)
    .max(65_535)
    .describe('Most attempts that wait for one of these to end; more are refused. 64 unless set'),
};

const fallback = z
  .union([z.literal('error'), z.null()])
  .describe(
    'What becomes of fields that a query cannot be given while the subgraph fails: an error, or ' +
      'null without one where the schema allows null. error unless set',
  );

const about = {
  retry: 'When a failed attempt is made again',
  breaker: 'When calls are refused because too many failed',
  concurrency: 'How much is asked at once',
};

/** For a limit within `timeout`: it has no default. */
export const tryTime = timeLimit.describe(
  'For one attempt of a query, of which there may be several within `total`. None unless set',
);

/** What stands under `all`, with every default. */
export const resilienceDefaults = {
  retry: z
    .strictObject({
      max: retry.max.default(2),
      budget: retry.budget.prefault('20%'),
      minPerSecond: retry.minPerSecond.default(1),
      backoff: retry.backoff.prefault('25ms..250ms'),
      statuses: retry.statuses.default([429, 500, 502, 503, 504]),
    })
    .prefault({})
    .describe(about.retry),
  breaker: z
    .strictObject({
      enabled: breaker.enabled.default(true),
      window: breaker.window.prefault('10s'),
      minRequests: breaker.minRequests.default(20),
      failures: breaker.failures.prefault('50%'),
      open: breaker.open.prefault('5s..1m'),
      probes: breaker.probes.default(3),
      statuses: breaker.statuses.default(['5xx']),
      graphqlErrors: breaker.graphqlErrors.default(false),
    })
    .prefault({})
    .describe(about.breaker),
  concurrency: z
    .strictObject({
      max: concurrency.max.default(256),
      queue: concurrency.queue.default(64),
    })
    .prefault({})
    .describe(about.concurrency),
  fallback: fallback.default('error'),
};

/** What one upstream may say for itself. */
export const ownResilience = {
  retry: z.strictObject(retry).partial().optional().describe(about.retry),
  breaker: z.strictObject(breaker).partial().optional().describe(about.breaker),
  concurrency: z.strictObject(concurrency).partial().optional().describe(about.concurrency),
  fallback: fallback.optional(),
};

const defaults = z.strictObject(resilienceDefaults);
const own = z.strictObject(ownResilience);

/** How calls of one upstream are kept from harm: times in milliseconds, shares of 1. */
export type ResilienceOptions = z.output<typeof defaults>;
export type RetryOptions = ResilienceOptions['retry'];
export type BreakerOptions = ResilienceOptions['breaker'];
export type ConcurrencyOptions = ResilienceOptions['concurrency'];
/** HTTP statuses one by one, or by their first digit. */
export type Statuses = BreakerOptions['statuses'];
type OwnResilience = z.output<typeof own>;

/** The options of one upstream: its own field by field, else those of `all`. */
export function resilienceFor(
  one: OwnResilience | undefined,
  all: ResilienceOptions,
): ResilienceOptions {
  return {
    retry: overridden(all.retry, one?.retry),
    breaker: overridden(all.breaker, one?.breaker),
    concurrency: overridden(all.concurrency, one?.concurrency),
    fallback: one?.fallback === undefined ? all.fallback : one.fallback,
  };
}

function overridden<Options extends object>(
  all: Options,
  one: { readonly [Key in keyof Options]?: Options[Key] | undefined } = {},
): Options {
  const set = Object.entries(one).filter(([, value]) => value !== undefined);
  return { ...all, ...Object.fromEntries(set) };
}

/** Whether `status` is one of `statuses`. */
export function hasStatus(statuses: Statuses, status: number): boolean {
  if (statuses.includes(status)) return true;
  return status < 500 ? statuses.includes('4xx') : status < 600 && statuses.includes('5xx');
}
