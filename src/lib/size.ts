import { z } from 'zod';

const pattern = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|kB|MB|GB)$/;
const unitBytes = {
  B: 1,
  kB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
} as const;

/** Bytes of a text such as `512B`, `64KiB` or `10MB`; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit] = pattern.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const bytes = Math.round(Number(amount) * unitBytes[unit as keyof typeof unitBytes]);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

const expected = 'Expected a size such as 512B, 64KiB, 10MiB or 1GB';

/** A size in configuration: text in the file, bytes in the code. It is a bound, so never 0. */
export const size = z
  .string(expected)
  .regex(pattern, expected)
  .transform((text, context) => {
    const bytes = parseSize(text);
    if (bytes !== undefined && bytes > 0) return bytes;
    context.addIssue({ code: 'custom', message: 'A size is at least 1B and at most 8388607GiB' });
    return z.NEVER;
  });
