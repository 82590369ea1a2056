import { type GraphQLSchema, Kind, OperationTypeNode, visit } from 'graphql';
import type { GraphQLRequest } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { Documents } from './documents.ts';
import { chooseOperation, type Operation } from './operation.ts';
import { coerceVariables, type Variables } from './variables.ts';

/** An operation with the variables of one request: checked, and ready to be planned. */
export interface PreparedOperation {
  readonly operation: Operation;
  readonly variables: Variables;
  /** True when the document was parsed and validated for an earlier request. */
  readonly cached: boolean;
}

export interface PrepareOptions {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  /** Whether clients may ask for `__schema` and `__type`. */
  readonly introspection: boolean;
  /** Finds the text of a request: as sent, or persisted. */
  readonly textOf: (request: GraphQLRequest) => string;
}

/** From what a client sent to an operation that is valid: text, document, operation, variables. */
export function prepare(request: GraphQLRequest, options: PrepareOptions): PreparedOperation {
  const text = options.textOf(request);
  const { document, cached } = options.documents.check(text);
  const operation = chooseOperation(document, request.operationName);
  refuseKind(operation, request);
  if (!options.introspection) refuseIntrospection(operation);
  const variables = coerceVariables(options.schema, operation, request.variables ?? {});
  return { operation, variables, cached };
}

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
  visit(document.ast, {
    [Kind.FIELD](node) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return;
      const message = `Introspection is disabled: "${node.name.value}" cannot be asked for`;
      throw new GatewayError('INTROSPECTION_DISABLED', message);
    },
  });
}
