import type { LimitedDocument } from './limited-document.ts';
import type { Rule } from './rule.ts';

/** Named fragments: validation compares each with each. */
export const fragments: Rule<LimitedDocument> = {
  limit: 'fragments',
  code: 'MAX_FRAGMENTS_LIMIT',
  count: (document) => document.fragments.length,
  tell: (found, most) => `The document has ${found} fragments, and ${most} is the most`,
};
