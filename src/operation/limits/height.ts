import { Kind, type SelectionNode } from 'graphql';
import { type Measure, sum } from './expansion.ts';
import { isIntrospection } from './introspection-field.ts';
import type { LimitedDocument } from './limited-document.ts';
import { responseNames } from './response-names.ts';
import type { Rule } from './rule.ts';

/**
 * Fields that are answered under names of their own, in each selection set. What is asked of the
 * schema does not count: the usual query of tools is larger than most operations, and is bounded
 * by `introspectionDepth`.
 */
export const height: Rule<LimitedDocument> = {
  limit: 'height',
  code: 'MAX_HEIGHT_LIMIT',
  count: (document) => document.mostSelected(names),
  tell: (found, most) => `The operation selects ${found} fields, and ${most} is the most`,
};

const names: Measure = (selections, inside) =>
  responseNames(selections, (field) => !isIntrospection(field)) +
  sum(selections, (selection) => (isSchemaItself(selection) ? 0 : inside(selection)));

function isSchemaItself(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && isIntrospection(selection);
}
