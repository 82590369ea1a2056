import { Kind } from 'graphql';
import { type Measure, sum } from './expansion.ts';
import type { LimitedDocument } from './limited-document.ts';
import { responseNames } from './response-names.ts';
import type { Rule } from './rule.ts';

/** Fields at the root: each may be a request to a subgraph of its own. */
export const rootFields: Rule<LimitedDocument> = {
  limit: 'rootFields',
  code: 'MAX_ROOT_FIELDS_LIMIT',
  count: (document) => document.mostSelected(atRoot),
  tell: (found, most) => `The operation has ${found} root fields, and ${most} is the most`,
};

const atRoot: Measure = (selections, inside) =>
  responseNames(selections) +
  sum(selections, (selection) => (selection.kind === Kind.FIELD ? 0 : inside(selection)));
