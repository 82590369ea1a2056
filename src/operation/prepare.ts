import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { GraphQLRequest } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { Documents } from './documents.ts';
import { type Exceeded, refuseExceeded } from './limits/exceeded.ts';
import { isContainer } from './limits/extent.ts';
import type { OperationLimits } from './limits/limits.ts';
import { chooseOperation, type Operation } from './operation.ts';
import { coerceVariables, type Variables } from './variables.ts';

/** An operation with the variables of one request: checked, and ready to be planned. */
export interface PreparedOperation {
  readonly operation: Operation;
  readonly variables: Variables;
  /** True when the document was parsed and validated for an earlier request. */
  readonly cached: boolean;
  /** The limits that document and variables exceed, all of which only warn. */
  readonly exceeded: readonly Exceeded[];
}

export interface PrepareOptions {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  /** Whether clients may ask for `__schema` and `__type`. */
  readonly introspection: boolean;
  /** Whether errors in variables may suggest names. */
  readonly suggestions: boolean;
  readonly limits: OperationLimits;
  /** The text of the request: as sent, persisted, or of a trusted document. */
  readonly text: string;
}

/** From what a client sent to an operation that is valid: document, operation, variables. */
export function prepare(request: GraphQLRequest, options: PrepareOptions): PreparedOperation {
  const { document, cached } = options.documents.check(options.text);
  const operation = chooseOperation(document, request.operationName);
  refuseKind(operation, request);
  if (!options.introspection) refuseIntrospection(operation);
  const given = request.variables ?? {};
  const ofVariables = exceededBy(given, options.limits);
  refuseExceeded(ofVariables);
  const variables = coerceVariables(options.schema, operation, given, options.suggestions);
  const exceeded =
    ofVariables.length === 0 ? document.exceeded : [...document.exceeded, ...ofVariables];
  return { operation, variables, cached, exceeded };
}

/** Most requests have scalars alone, which no limit concerns. */
function exceededBy(variables: Variables, limits: OperationLimits): readonly Exceeded[] {
  for (const name in variables) {
    if (isContainer(variables[name])) return limits.ofVariables(Object.values(variables));
  }
  return none;
}

const none: readonly Exceeded[] = [];

function refuseKind({ kind }: Operation, { method }: GraphQLRequest): void {
  if (kind === OperationTypeNode.SUBSCRIPTION) {
    const message = 'Subscriptions are not served over this transport';
    throw new GatewayError('SUBSCRIPTIONS_TRANSPORT_NOT_SUPPORTED', message);
  }
  if (method === 'GET' && kind !== OperationTypeNode.QUERY) {
    const message = 'A GET request may only query: send mutations with POST';
    const headers = { allow: 'POST' };
    throw new GatewayError('MUTATION_NOT_ALLOWED_OVER_HTTP_GET', message, { headers });
  }
}

function refuseIntrospection({ document }: Operation): void {
  if (document.introspection === undefined) return;
  const message = `Introspection is disabled: "${document.introspection}" cannot be asked for`;
  throw new GatewayError('INTROSPECTION_DISABLED', message);
}
