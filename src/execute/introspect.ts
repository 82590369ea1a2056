import {
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isObject, type JsonObject, setOwn } from '../lib/own.ts';
import type { SelectionContext } from './selection.ts';

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

/**
 * Answers `__schema` and `__type` from the schema that clients see, without any subgraph: under
 * the plan's keys, with the client's own keys below them.
 */
export function introspect(
  operation: OperationDefinitionNode,
  clientKeys: ReadonlyMap<string, string>,
  { schema, fragments, variables: variableValues }: SelectionContext,
): Readonly<JsonObject> {
  const definitions = [operation, ...fragments.values()];
  const document = { kind: Kind.DOCUMENT, definitions } as const;
  const { data } = executeSync({ schema, document, variableValues });
  const entries = Object.entries(data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, renamed(value, clientKeys)]));
}

function renamed(value: unknown, clientKeys: ReadonlyMap<string, string>): unknown {
  if (clientKeys.size === 0) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, clientKeys));
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    setOwn(copy, clientKeys.get(key) ?? key, renamed(member, clientKeys));
  }
  return copy;
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
