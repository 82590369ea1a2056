import { z } from 'zod';
import { timeLimit } from '../../lib/duration.ts';
import { durationRange } from '../../lib/duration-range.ts';
import { percent } from '../../lib/percent.ts';

const names = ['p2c', 'round-robin', 'least-conn', 'ewma'] as const;
const source = /^(header|claim|cookie):(.+)$/;

/** Where a value of a request is: `header:x-user`, `claim:sub` or `cookie:session`. */
export const valueSource = z
  .string()
  .regex(source, 'Expected a place such as header:x-user, claim:sub or cookie:session')
  .transform((text): ValueSource => {
    const [, from = '', name = ''] = source.exec(text) ?? [];
    if (from === 'claim' || from === 'cookie') return { from, name };
    return { from: 'header', name: name.toLowerCase() };
  });

/** A place in a client's request. */
export interface ValueSource {
  readonly from: 'header' | 'claim' | 'cookie';
  readonly name: string;
}

/** How the next target is chosen. */
export const balanceOptions = z
  .union([
    z.enum(names),
    z.strictObject({
      hash: valueSource.describe('Calls with the same value go to the same target'),
    }),
  ])
  .describe(
    'How the next target is chosen: p2c (of two random ones, the one with less to do), ' +
      'round-robin, least-conn, ewma (by latency), or { hash: header:x-user }. p2c unless set',
  );

/** How targets that fail are left alone for a while. */
export const ejectOptions = z
  .union([
    z.literal(false),
    z.strictObject({
      after: z.int().min(1).default(5).describe('Calls in a row that have to fail. Default 5'),
      failures: percent
        .prefault('50%')
        .describe('Or the share of calls that have to fail within the window. Default 50%'),
      window: timeLimit
        .prefault('10s')
        .describe('How long calls count for that share. Default 10s'),
      minRequests: z
        .int()
        .min(1)
        .default(20)
        .describe('Calls within the window from which on the share counts. Default 20'),
      for: durationRange
        .prefault('30s..5m')
        .describe(
          'How long a target is left alone the first time, and at most: each further time it is ' +
            'longer. Default 30s..5m',
        ),
      max: percent
        .prefault('50%')
        .describe('Most of the targets that are left alone at once, rounded down. Default 50%'),
    }),
  ])
  .describe(
    'When one of several targets is left alone for a while: it refuses, breaks off, is too slow ' +
      'or answers with 5xx. By default after 5 such calls in a row, or half of 20; false: never',
  );

/** What an operator writes of ejection, with its defaults. */
export type EjectOptions = Exclude<z.output<typeof ejectOptions>, false>;
/** How the next target is chosen. */
export type BalanceOptions = z.output<typeof balanceOptions>;
