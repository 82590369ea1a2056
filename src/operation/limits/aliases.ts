import { Kind, type SelectionNode } from 'graphql';
import { type Measure, sum } from './expansion.ts';
import type { LimitedDocument } from './limited-document.ts';
import type { Rule } from './rule.ts';

/** Fields under an alias: one field may so be asked a thousand times. */
export const aliases: Rule<LimitedDocument> = {
  limit: 'aliases',
  code: 'MAX_ALIASES_LIMIT',
  count: (document) => document.mostSelected(aliased),
  tell: (found, most) => `The operation has ${found} aliases, and ${most} is the most`,
};

const aliased: Measure = (selections, inside) =>
  sum(selections, (selection) => (isAliased(selection) ? 1 : 0) + inside(selection));

/**
 * Relay's compiler writes `__isNode: __typename` into each fragment on an interface, and a page has
 * dozens. Names that begin so are no people's (GraphQL October 2021, section 2.1.7), and a type's
 * name costs nothing.
 */
function isAliased(selection: SelectionNode): boolean {
  if (selection.kind !== Kind.FIELD || selection.alias === undefined) return false;
  return !(selection.name.value === '__typename' && selection.alias.value.startsWith('__'));
}
