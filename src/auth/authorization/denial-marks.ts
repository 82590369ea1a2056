import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';

/** An operation with the fragments that it spreads. */
export interface OperationTree {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Marks a field that the caller may not see. No schema has it: no client can write it. */
const mark: DirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'gatehouse__denied' },
};

/** True for a field that `withDenials` marked, or a copy of it. */
export function isDenied({ directives }: Pick<FieldNode, 'directives'>): boolean {
  return directives?.some(({ name }) => name.value === mark.name.value) ?? false;
}

/**
 * `tree` with a mark on the fields that are `denied`, and on all below these. What denied fields
 * spread they spread from copies, since others may spread the same.
 */
export function withDenials(tree: OperationTree, denied: ReadonlySet<FieldNode>): OperationTree {
  return new Marking(tree, denied).tree();
}

/**
 * `document` without the fields that are marked, and without the fragments and variables that
 * nothing is left to use. Of what is denied in full, an empty operation is left.
 */
export function withoutDenied(document: DocumentNode): DocumentNode {
  const unmarked = visit(document, {
    Field: { enter: (node) => (isDenied(node) ? null : undefined) },
    InlineFragment: { leave: ({ selectionSet }) => (isEmpty(selectionSet) ? null : undefined) },
  });
  return onlyUsed(withoutEmptied(unmarked));
}

class Marking {
  readonly #tree: OperationTree;
  readonly #denied: ReadonlySet<FieldNode>;
  readonly #copies = new Map<string, string>();

  constructor(tree: OperationTree, denied: ReadonlySet<FieldNode>) {
    this.#tree = tree;
    this.#denied = denied;
  }

  tree(): OperationTree {
    const { definition, fragments } = this.#tree;
    const marked = { ...definition, selectionSet: this.#set(definition.selectionSet, false) };
    const all = new Map<string, FragmentDefinitionNode>();
    for (const [name, fragment] of fragments) {
      all.set(name, { ...fragment, selectionSet: this.#set(fragment.selectionSet, false) });
    }
    // Copies may need further copies, which then come to the end of the list.
    for (const [name, copy] of this.#copies) {
      const fragment = fragments.get(name);
      if (fragment === undefined) continue;
      const selectionSet = this.#set(fragment.selectionSet, true);
      all.set(copy, { ...fragment, name: { ...fragment.name, value: copy }, selectionSet });
    }
    return { definition: marked, fragments: all };
  }

  #set({ kind, selections }: SelectionSetNode, isBelow: boolean): SelectionSetNode {
    return { kind, selections: selections.map((node) => this.#node(node, isBelow)) };
  }

  #node(node: SelectionNode, isBelow: boolean): SelectionNode {
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      if (!isBelow) return node;
      return { ...node, name: { ...node.name, value: this.#copyOf(node.name.value) } };
    }
    if (node.kind === Kind.INLINE_FRAGMENT) {
      return { ...node, selectionSet: this.#set(node.selectionSet, isBelow) };
    }
    const isMarked = isBelow || this.#denied.has(node);
    const { selectionSet, directives = [] } = node;
    return {
      ...node,
      ...(isMarked && { directives: [...directives, mark] }),
      ...(selectionSet !== undefined && { selectionSet: this.#set(selectionSet, isMarked) }),
    };
  }

  #copyOf(name: string): string {
    const known = this.#copies.get(name);
    if (known !== undefined) return known;
    let copy = `${name}_denied`;
    while (this.#tree.fragments.has(copy)) copy += '_';
    this.#copies.set(name, copy);
    return copy;
  }
}

/** Without fragments of which nothing is left, however many rounds that takes. */
function withoutEmptied(document: DocumentNode): DocumentNode {
  const emptied = new Set(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .filter(({ selectionSet }) => isEmpty(selectionSet))
      .map(({ name }) => name.value),
  );
  if (emptied.size === 0) return document;
  const rest = visit(document, {
    FragmentDefinition: { enter: ({ name }) => (emptied.has(name.value) ? null : undefined) },
    FragmentSpread: ({ name }) => (emptied.has(name.value) ? null : undefined),
    InlineFragment: { leave: ({ selectionSet }) => (isEmpty(selectionSet) ? null : undefined) },
  });
  return withoutEmptied(rest);
}

function onlyUsed(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  const gather = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void used.add(`$${name.value}`),
      FragmentSpread({ name: { value } }) {
        if (used.has(value)) return;
        used.add(value);
        const fragment = fragments.get(value);
        if (fragment !== undefined) gather(fragment);
      },
    });
  };
  const fragments = new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION) gather(node);
  }
  return visit(document, {
    FragmentDefinition: ({ name }) => (used.has(name.value) ? undefined : null),
    VariableDefinition: ({ variable }) => (used.has(`$${variable.name.value}`) ? undefined : null),
  });
}

function isEmpty({ selections }: SelectionSetNode): boolean {
  return selections.length === 0;
}
