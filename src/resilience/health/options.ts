import { z } from 'zod';
import { timeLimit } from '../../lib/duration.ts';

const status = z.int().min(100).max(599);

/** How targets are asked whether they are well. */
export const healthOptions = z
  .strictObject({
    path: z
      .string()
      .startsWith('/', 'Expected a path such as /healthz')
      .optional()
      .describe(
        'What is asked for by GET. Without one, `{ __typename }` is asked as calls are made',
      ),
    statuses: z
      .array(status)
      .min(1)
      .optional()
      .describe('Statuses of a target that is well. Default 200 to 299'),
    every: timeLimit.prefault('5s').describe('How often, give or take a tenth. Default 5s'),
    timeout: timeLimit.prefault('2s').describe('How long the answer may take. Default 2s'),
    fall: z
      .int()
      .min(1)
      .default(3)
      .describe('Bad answers in a row after which a target is not called. Default 3'),
    rise: z
      .int()
      .min(1)
      .default(2)
      .describe('Good answers in a row after which it is called again. Default 2'),
  })
  .describe(
    'How each target is asked whether it is well, by every worker. Not asked unless set: then ' +
      'only how calls end tells',
  );

/** What an operator writes of health checks, with its defaults. */
export type HealthOptions = z.output<typeof healthOptions>;
