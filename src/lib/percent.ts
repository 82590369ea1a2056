import { z } from 'zod';

const pattern = /^(\d+(?:\.\d+)?)%$/;
const expected = 'Expected a percentage such as 20% or 0.5%, at most 100%';

/** A percentage in configuration: text in the file, a share of 1 in the code. */
export const percent = z
  .string(expected)
  .regex(pattern, expected)
  .transform((text, context) => {
    const share = Number.parseFloat(text) / 100;
    if (share <= 1) return share;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
