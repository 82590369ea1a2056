import { z } from 'zod';
import { parseDuration } from './duration.ts';

/** The shortest and the longest of several times, in milliseconds. */
export interface DurationRange {
  readonly min: number;
  readonly max: number;
}

const pattern = /^[\d.]+(?:ms|s|m|h|d)\.\.[\d.]+(?:ms|s|m|h|d)$/;
const expected = 'Expected a range of durations such as 25ms..250ms or 10s..2m, the shorter first';

/** A range of durations in configuration: text in the file, milliseconds in the code. */
export const durationRange = z
  .string(expected)
  .regex(pattern, expected)
  .transform((text, context): DurationRange => {
    const [min, max] = text.split('..').map(parseDuration);
    if (min !== undefined && max !== undefined && min > 0 && min <= max) return { min, max };
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
