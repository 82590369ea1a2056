import type { Rule } from './rule.ts';
import type { Scan } from './scan.ts';

/** Tokens: what parsing and checking cost grows with them. */
export const tokens: Rule<Scan> = {
  limit: 'tokens',
  code: 'TOKEN_LIMIT_EXCEEDED',
  count: (scan) => scan.tokens,
  // Counting ends there.
  tell: (_, most) => `The document has more than ${most} tokens`,
};
