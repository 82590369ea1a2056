import { Kind } from 'graphql';
import { largest, type Measure } from './expansion.ts';
import type { LimitedDocument } from './limited-document.ts';
import type { Rule } from './rule.ts';

/** Fields within fields. */
export const depth: Rule<LimitedDocument> = {
  limit: 'depth',
  code: 'MAX_DEPTH_LIMIT',
  count: (document) => document.mostSelected(fieldsWithin),
  tell: (found, most) => `The operation is ${found} fields deep, and ${most} is the most`,
};

const fieldsWithin: Measure = (selections, inside) =>
  largest(selections, (selection) => (selection.kind === Kind.FIELD ? 1 : 0) + inside(selection));
