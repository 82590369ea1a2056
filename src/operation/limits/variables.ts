import type { LimitedDocument } from './limited-document.ts';
import type { Rule } from './rule.ts';

/** Variables that an operation defines. */
export const variables: Rule<LimitedDocument> = {
  limit: 'variables',
  code: 'MAX_VARIABLES_LIMIT',
  count: (document) => document.most((operation) => operation.variableDefinitions?.length ?? 0),
  tell: (found, most) => `The operation has ${found} variables, and ${most} is the most`,
};
