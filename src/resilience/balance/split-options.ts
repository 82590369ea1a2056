import { z } from 'zod';
import { percent } from '../../lib/percent.ts';
import { valueSource } from './options.ts';

const group = z.string().min(1).describe('The targets of this group');

/** Which calls go to a group of targets. */
export const splitOptions = z
  .array(
    z.union(
      [
        z.strictObject({
          group,
          percent: percent.describe('How many of all calls'),
          by: valueSource
            .optional()
            .describe('Calls with the same value stay together. Unless set, each goes by itself'),
        }),
        z.strictObject({
          group,
          when: valueSource.describe('Calls that have a value here'),
          is: z
            .array(z.string())
            .min(1)
            .optional()
            .describe('The values that count. Any, unless set'),
        }),
      ],
      'Expected group with percent, or group with when',
    ),
  )
  .describe(
    'Which calls go to the targets of a group, by the first rule that takes one; all others go to ' +
      'the targets without a group. None unless set',
  );

/** Which calls go to a group of targets. */
export type SplitOptions = z.output<typeof splitOptions>;
