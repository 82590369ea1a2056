import { type Measure, sum } from './expansion.ts';
import type { LimitedDocument } from './limited-document.ts';
import type { Rule } from './rule.ts';

/** Everything that an operation selects, once each time it is written or spread. */
export const selections: Rule<LimitedDocument> = {
  limit: 'selections',
  code: 'MAX_SELECTIONS_LIMIT',
  count: (document) => document.mostSelected(all),
  tell: (found, most) => `The operation has ${found} selections, and ${most} is the most`,
};

const all: Measure = (selected, inside) => sum(selected, (selection) => 1 + inside(selection));
