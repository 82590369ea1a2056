import { type GraphQLSchema, getVariableValues } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Operation } from './operation.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** How many wrong variables are told of at once. */
const maxErrors = 50;

/** `CoerceVariableValues` of GraphQL October 2021, section 6.1.2. */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: Operation,
  variables: Variables,
): Variables {
  const definitions = operation.definition.variableDefinitions ?? [];
  if (definitions.length === 0) return {};
  const { coerced, errors } = getVariableValues(schema, definitions, variables, { maxErrors });
  if (coerced !== undefined) return coerced;
  const message = errors[0]?.message ?? 'The variables are not valid';
  throw new GatewayError('BAD_USER_INPUT', message, { details: errors });
}
