import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { AccessFacts } from './access-facts.ts';
import type { OperationTree } from './denial-marks.ts';

/** The field selections of an operation that ask something, each with its requirement's index. */
export function guardedFields(
  tree: OperationTree,
  schema: GraphQLSchema,
  { fields }: AccessFacts,
): ReadonlyMap<FieldNode, number> {
  const guarded = new Map<FieldNode, number>();
  for (const definition of reachable(tree)) {
    const types = new TypeInfo(schema);
    const visitor = {
      [Kind.FIELD](node: FieldNode) {
        const parent = types.getParentType();
        const index = parent ? fields.get(`${parent.name}.${node.name.value}`) : undefined;
        if (index !== undefined) guarded.set(node, index);
      },
    };
    visit(definition, visitWithTypeInfo(types, visitor));
  }
  return guarded;
}

/** `denied`, and with them the fields of which nothing is left to select. */
export function withEmptied(
  { definition, fragments }: OperationTree,
  denied: ReadonlySet<FieldNode>,
): { readonly denied: ReadonlySet<FieldNode>; readonly nothingLeft: boolean } {
  const all = new Set(denied);
  const known = new Map<string, boolean>();
  const remains = (node: SelectionNode): boolean => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return fragmentRemains(node.name.value);
    if (node.kind === Kind.INLINE_FRAGMENT) return anyRemains(node.selectionSet);
    if (denied.has(node)) return false;
    if (node.selectionSet === undefined || anyRemains(node.selectionSet)) return true;
    all.add(node);
    return false;
  };
  // All are looked at: each field that is emptied is one of the denied.
  const anyRemains = ({ selections }: SelectionSetNode): boolean =>
    selections.filter(remains).length > 0;
  const fragmentRemains = (name: string): boolean => {
    const fragment = fragments.get(name);
    const remaining =
      known.get(name) ?? (fragment === undefined || anyRemains(fragment.selectionSet));
    known.set(name, remaining);
    return remaining;
  };
  const nothingLeft = !anyRemains(definition.selectionSet);
  return { denied: all, nothingLeft };
}

type Definition = OperationDefinitionNode | FragmentDefinitionNode;

/** The operation and the fragments that it spreads, each once. */
export function reachable({ definition, fragments }: OperationTree): readonly Definition[] {
  const found: Definition[] = [definition];
  const known = new Set<string>();
  for (const each of found) {
    visit(each, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || known.has(name.value)) return;
        known.add(name.value);
        found.push(fragment);
      },
    });
  }
  return found;
}

/** `tree` as a document of its own. */
export function documentOf(tree: OperationTree): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions: reachable(tree) };
}
