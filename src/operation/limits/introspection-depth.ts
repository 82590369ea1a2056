import { Kind } from 'graphql';
import { largest, type Measure } from './expansion.ts';
import { isIntrospection } from './introspection-field.ts';
import type { LimitedDocument } from './limited-document.ts';
import type { Rule } from './rule.ts';

/** Lists of a type's members within each other: each multiplies the answer by the whole schema. */
export const introspectionDepth: Rule<LimitedDocument> = {
  limit: 'introspectionDepth',
  code: 'MAX_INTROSPECTION_DEPTH_LIMIT',
  count: (document) => document.mostSelected(listsOfSchema(document)),
  tell: (found, most) => `Introspection is ${found} lists deep, and ${most} is the most`,
};

/** The schema is asked for at the root alone; other fields may have any name. */
function listsOfSchema({ expansion }: LimitedDocument): Measure {
  return (selections, inside) =>
    largest(selections, (selection) => {
      if (selection.kind !== Kind.FIELD) return inside(selection);
      const { selectionSet } = selection;
      if (selectionSet === undefined || !isIntrospection(selection)) return 0;
      return expansion.measure(listsWithin, selectionSet);
    });
}

const listsWithin: Measure = (selections, inside) =>
  largest(selections, (selection) => {
    const isList = selection.kind === Kind.FIELD && lists.has(selection.name.value);
    return (isList ? 1 : 0) + inside(selection);
  });

const lists: ReadonlySet<string> = new Set([
  'fields',
  'inputFields',
  'interfaces',
  'possibleTypes',
]);
