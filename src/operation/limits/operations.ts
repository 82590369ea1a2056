import type { LimitedDocument } from './limited-document.ts';
import type { Rule } from './rule.ts';

/** Operations: all are checked, and one is run. */
export const operations: Rule<LimitedDocument> = {
  limit: 'operations',
  code: 'MAX_OPERATIONS_LIMIT',
  count: (document) => document.operations.length,
  tell: (found, most) => `The document has ${found} operations, and ${most} is the most`,
};
