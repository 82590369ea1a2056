import { z } from 'zod';

const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The longest delay a Node timer takes; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1;

/** Milliseconds of a text such as `250ms`, `5s`, `1m`, `2h` or `1d`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = pattern.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const ms = Math.round(Number(amount) * unitMs[unit as keyof typeof unitMs]);
  return ms <= longestMs ? ms : undefined;
}

const expected = 'Expected a duration such as 250ms, 5s, 1m, 2h or 1d';

/** A duration in configuration: text in the file, milliseconds in the code. */
export const duration = z
  .string(expected)
  .regex(pattern, expected)
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    context.addIssue({ code: 'custom', message: 'A duration is at most 24 days' });
    return z.NEVER;
  });

/** A duration that is waited for at most: never 0, which some timers take for "no limit". */
export const timeLimit = duration.refine((ms) => ms > 0, 'Expected a time longer than 0');
