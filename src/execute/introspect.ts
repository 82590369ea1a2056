import {
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { JsonObject } from '../lib/own.ts';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The part of an operation that asks for the schema itself; undefined where there is none. */
export function introspectionOf(
  operation: OperationDefinitionNode,
  fragments: Fragments,
): OperationDefinitionNode | undefined {
  const selections = introspectionIn(operation.selectionSet, fragments);
  if (selections.length === 0) return undefined;
  return { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

/** Answers `__schema` and `__type` from the schema that clients see, without any subgraph. */
export function introspect(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variableValues: Readonly<Record<string, unknown>>,
): Readonly<JsonObject> {
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [operation, ...fragments.values()],
  } as const;
  return executeSync({ schema, document, variableValues }).data ?? {};
}

/** The root selections that lead to introspection fields; named fragments are written out. */
function introspectionIn(
  { selections }: SelectionSetNode,
  fragments: Fragments,
): readonly SelectionNode[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return isIntrospection(node) ? [node] : [];
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    const inner = fragment === undefined ? [] : introspectionIn(fragment.selectionSet, fragments);
    return inner.length === 0 ? [] : [inlined(node, inner)];
  });
}

function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}

function inlined(
  { directives }: Exclude<SelectionNode, FieldNode>,
  selections: readonly SelectionNode[],
): SelectionNode {
  const selectionSet = { kind: Kind.SELECTION_SET, selections } as const;
  return { kind: Kind.INLINE_FRAGMENT, selectionSet, ...(directives && { directives }) };
}
