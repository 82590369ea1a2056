import type { LimitedDocument } from './limited-document.ts';
import type { Rule } from './rule.ts';

/** Characters of an operation's name, which is logged with each request. */
export const operationName: Rule<LimitedDocument> = {
  limit: 'operationName',
  code: 'MAX_OPERATION_NAME_LIMIT',
  count: (document) => document.most(({ name }) => name?.value.length ?? 0),
  tell: (found, most) =>
    `The operation's name is ${found} characters long, and ${most} is the most`,
};
