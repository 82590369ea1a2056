import {
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import type { CheckedDocument, Operation } from './operation.ts';
import { shortened, toldError, withoutText } from './told-errors.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** How many wrong variables are told of at once. */
const maxErrors = 50;

/**
 * `CoerceVariableValues` of GraphQL October 2021, section 6.1.2. With `suggestions`, what is wrong
 * is told with names that the client could have meant.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: Operation,
  variables: Variables,
  suggestions = true,
): Variables {
  const definitions = operation.definition.variableDefinitions ?? [];
  if (definitions.length === 0) return {};
  const options = { maxErrors, hideSuggestions: !suggestions };
  const { coerced, errors } = withoutText(operation.document.ast, () =>
    getVariableValues(schema, definitions, variables, options),
  );
  if (coerced !== undefined) {
    refuseNullConditions(operation, coerced, definitions);
    return coerced;
  }
  const message = shortened(errors[0]?.message ?? 'The variables are not valid');
  throw new GatewayError('BAD_USER_INPUT', message, { details: errors.map(toldError) });
}

/**
 * A variable with a default may stand for `if` though it is nullable: then a null that is given
 * passes all checks before this one (GraphQL October 2021, section 5.8.5).
 */
function refuseNullConditions(
  { document }: Operation,
  coerced: Variables,
  definitions: readonly VariableDefinitionNode[],
): void {
  const nulls = definitions.filter(({ variable }) => coerced[variable.name.value] === null);
  if (nulls.length === 0) return;
  const used = conditionVariables(document);
  const wrong = nulls.find(({ variable }) => used.has(variable.name.value));
  if (wrong === undefined) return;
  const name = wrong.variable.name.value;
  const message = `Variable "$${name}" is null, but @skip and @include need true or false`;
  throw new GatewayError('BAD_USER_INPUT', message, {
    details: [toldError(new GraphQLError(message, { nodes: wrong }))],
  });
}

/** The variables on which something in the document depends. */
function conditionVariables({ ast }: CheckedDocument): ReadonlySet<string> {
  const names = new Set<string>();
  visit(ast, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return names;
}
