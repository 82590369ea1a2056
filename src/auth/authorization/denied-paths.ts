import {
  type FieldNode,
  type GraphQLCompositeType,
  GraphQLIncludeDirective,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isUnionType,
  Kind,
  type NamedTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { OperationTree } from './denial-marks.ts';

/** A place of the answer as far as it is known beforehand: `@` stands for each item of a list. */
export type DeniedPath = readonly string[];

export interface DeniedPathsInput {
  readonly tree: OperationTree;
  readonly schema: GraphQLSchema;
  /** The fields whose own requirement is not met: those above, which are emptied, are none. */
  readonly denied: ReadonlySet<FieldNode>;
  /** What the conditions of the request are. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly most: number;
}

/** Where the answer lacks what is denied: each place once, in the order of the operation. */
export function deniedPaths(root: GraphQLCompositeType, input: DeniedPathsInput) {
  const walk = new Walk(input);
  walk.level([{ type: root, selectionSet: input.tree.definition.selectionSet }], []);
  return walk.found;
}

/** What is selected at one place of one type. */
interface Selected {
  readonly type: GraphQLCompositeType;
  readonly selectionSet: SelectionSetNode;
}

class Walk {
  readonly found: DeniedPath[] = [];
  readonly #input: DeniedPathsInput;
  readonly #leading = new Map<SelectionSetNode, boolean>();

  constructor(input: DeniedPathsInput) {
    this.#input = input;
  }

  level(selected: readonly Selected[], path: DeniedPath): void {
    for (const [key, fields] of this.#fieldsOf(selected)) {
      if (this.found.length >= this.#input.most) return;
      const below: Selected[] = [];
      let isDenied = false;
      let lists = 0;
      for (const { node, type } of fields) {
        const output = outputOf(type, node);
        lists = output === undefined ? lists : listsOf(output);
        if (this.#input.denied.has(node)) isDenied = true;
        else below.push(...this.#below(node, output));
      }
      if (isDenied) this.found.push([...path, key]);
      if (below.length > 0) this.level(below, [...path, key, ...new Array(lists).fill('@')]);
    }
  }

  /** Only what leads to something that is denied. */
  #below({ selectionSet }: FieldNode, output: GraphQLOutputType | undefined): readonly Selected[] {
    const type = output === undefined ? undefined : getNamedType(output);
    if (selectionSet === undefined || !isCompositeType(type)) return [];
    return this.#leadsToDenied(selectionSet) ? [{ type, selectionSet }] : [];
  }

  #fieldsOf(selected: readonly Selected[]) {
    const fields = new Map<string, { node: FieldNode; type: GraphQLCompositeType }[]>();
    const visited = new Set<string>();
    const gather = (node: SelectionNode, type: GraphQLCompositeType): void => {
      if (!isIncluded(node, this.#input.variables)) return;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        fields.set(key, [...(fields.get(key) ?? []), { node, type }]);
        return;
      }
      if (node.kind === Kind.FRAGMENT_SPREAD && visited.has(node.name.value)) return;
      if (node.kind === Kind.FRAGMENT_SPREAD) visited.add(node.name.value);
      const fragment = this.#fragmentOf(node);
      if (fragment === undefined || !this.#leadsToDenied(fragment.selectionSet)) return;
      const condition = fragment.typeCondition && this.#typeOf(fragment.typeCondition);
      for (const each of fragment.selectionSet.selections) gather(each, condition ?? type);
    };
    for (const { type, selectionSet } of selected) {
      for (const node of selectionSet.selections) gather(node, type);
    }
    return fields;
  }

  #typeOf({ name }: NamedTypeNode): GraphQLCompositeType | undefined {
    const type = this.#input.schema.getType(name.value);
    return isCompositeType(type) ? type : undefined;
  }

  #fragmentOf(node: Exclude<SelectionNode, FieldNode>) {
    return node.kind === Kind.INLINE_FRAGMENT
      ? node
      : this.#input.tree.fragments.get(node.name.value);
  }

  #leadsToDenied(selectionSet: SelectionSetNode): boolean {
    const known = this.#leading.get(selectionSet);
    if (known !== undefined) return known;
    const leads = selectionSet.selections.some((node) => {
      if (node.kind === Kind.FIELD && this.#input.denied.has(node)) return true;
      const inner = node.kind === Kind.FIELD ? node : this.#fragmentOf(node);
      return inner?.selectionSet !== undefined && this.#leadsToDenied(inner.selectionSet);
    });
    this.#leading.set(selectionSet, leads);
    return leads;
  }
}

function outputOf(type: GraphQLCompositeType, { name }: FieldNode): GraphQLOutputType | undefined {
  return isUnionType(type) ? undefined : type.getFields()[name.value]?.type;
}

function listsOf(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listsOf(type.ofType);
  return isListType(type) ? 1 + listsOf(type.ofType) : 0;
}

function isIncluded(node: SelectionNode, variables: DeniedPathsInput['variables']): boolean {
  if ((node.directives?.length ?? 0) === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;
}
