import type { OperationDefinitionNode } from 'graphql';
import { type Measure, sum } from './expansion.ts';
import type { LimitedDocument } from './limited-document.ts';
import type { Rule } from './rule.ts';

/** Directives on an operation, on its variables and on what it selects. */
export const directives: Rule<LimitedDocument> = {
  limit: 'directives',
  code: 'MAX_DIRECTIVES_LIMIT',
  count: (document) =>
    document.most((operation) => {
      return onHead(operation) + document.expansion.measure(onSelections, operation.selectionSet);
    }),
  tell: (found, most) => `The operation has ${found} directives, and ${most} is the most`,
};

function onHead({ directives: own = [], variableDefinitions = [] }: OperationDefinitionNode) {
  return variableDefinitions.reduce((total, variable) => {
    return total + (variable.directives?.length ?? 0);
  }, own.length);
}

const onSelections: Measure = (selections, inside) =>
  sum(selections, (selection) => (selection.directives?.length ?? 0) + inside(selection));
