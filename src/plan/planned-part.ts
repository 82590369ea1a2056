import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** `definition` with the fragments that it spreads, and none of the other operations'. */
export function operationDocument(
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DocumentNode {
  const used = new Map<string, FragmentDefinitionNode>();
  const gather = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || used.has(name.value)) return;
        used.set(name.value, fragment);
        gather(fragment);
      },
    });
  };
  gather(definition);
  return { kind: Kind.DOCUMENT, definitions: [definition, ...used.values()] };
}

/**
 * `document` without what no subgraph is to answer: `__schema` and `__type`, which below a
 * condition the planner would pass on, and what `@skip(if: true)` or `@include(if: false)` leave
 * out, of which it loses the condition. What is left empty goes too; of an empty field or operation
 * `__typename` stays, for which nothing more is fetched.
 */
export function withoutUnasked(document: DocumentNode): DocumentNode {
  const emptied = new Set<string>();
  let rest = withoutEmptied(document, emptied);
  for (let known = 0; known < emptied.size; ) {
    known = emptied.size;
    rest = withoutEmptied(rest, emptied);
  }
  return rest;
}

/** Adds to `emptied` the names of the fragments of which nothing stayed. */
function withoutEmptied(document: DocumentNode, emptied: Set<string>): DocumentNode {
  return visit(document, {
    Field: {
      enter: (node) => (isIntrospection(node) || isExcluded(node) ? null : undefined),
      leave: filled,
    },
    FragmentSpread: (node) => (emptied.has(node.name.value) || isExcluded(node) ? null : undefined),
    InlineFragment: {
      enter: (node) => (isExcluded(node) ? null : undefined),
      leave: ({ selectionSet }) => (isEmpty(selectionSet) ? null : undefined),
    },
    FragmentDefinition: {
      leave({ name, selectionSet }) {
        if (!isEmpty(selectionSet)) return undefined;
        emptied.add(name.value);
        return null;
      },
    },
    OperationDefinition: { leave: filled },
  });
}

function filled<Node extends FieldNode | OperationDefinitionNode>(node: Node): Node | undefined {
  const { selectionSet } = node;
  return selectionSet && isEmpty(selectionSet) ? { ...node, selectionSet: typename } : undefined;
}

function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}

/** True where a condition is written out that never holds. */
function isExcluded({ directives = [] }: SelectionNode): boolean {
  return directives.some(({ name, arguments: given = [] }) => {
    const condition = given.find((one) => one.name.value === 'if')?.value;
    if (condition?.kind !== Kind.BOOLEAN) return false;
    return name.value === (condition.value ? 'skip' : 'include');
  });
}

/**
 * `document` with `__typename` in each conditional field whose whole selection may be conditional.
 * Without it the planner asks for such a field only where its conditions hold and those of its
 * selection too, though then it is there and empty.
 */
export function withConditionsApart(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field: {
      leave({ selectionSet, ...node }) {
        if (selectionSet === undefined || (node.directives?.length ?? 0) === 0) return undefined;
        const { kind, selections } = selectionSet;
        if (selections.some(isUnconditional)) return undefined;
        return { ...node, selectionSet: { kind, selections: [...selections, typenameField] } };
      },
    },
  });
}

function isUnconditional(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && (node.directives?.length ?? 0) === 0;
}

/** True where nothing is left but `__typename` of the root: no subgraph needs to be asked. */
export function asksNothing({ definitions }: DocumentNode): boolean {
  return definitions.every(
    (node) =>
      node.kind === Kind.OPERATION_DEFINITION &&
      node.selectionSet.selections.every(
        (selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename',
      ),
  );
}

function isEmpty({ selections }: SelectionSetNode): boolean {
  return selections.length === 0;
}

const typenameField: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};
const typename: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [typenameField] };
