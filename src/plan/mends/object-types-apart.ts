import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type NamedTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { fragmentsOf } from '../../operation/operation.ts';
import { mapDefinitions } from './map-definitions.ts';

/**
 * Sets fragments on object types beside the fragments on abstract types that they stand in.
 * Upstream defect: where a subgraph knows fewer types of a union or interface than others do, the
 * planner goes through those that it knows one by one (`advanceWithOperationElement` of
 * `@apollo/query-graphs` 2.14), and takes what is below a condition along to each of them: of
 * `... on Either { ... on Plain { ... @include(if: $a) { ... on Author { id } } } }` it threw that a
 * `Book` has no fragments on `Author`. `schema` is what clients see.
 */
export function withObjectTypesApart(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const setting = new Setting(schema, fragmentsOf(document));
  return mapDefinitions(document, schema, (type, selectionSet) => setting.of(type, selectionSet));
}

/** Past so many selections the rest stays as it is: fragments within fragments multiply. */
const mostSelections = 100_000;

/** What stands around a selection, up to the field. */
interface Around {
  /** What the field returns. */
  readonly type: GraphQLCompositeType;
  /** The abstract types of the fragments, to all of which an object has to belong. */
  readonly types: readonly GraphQLAbstractType[];
  /** The conditions of each fragment that has some. */
  readonly conditions: readonly (readonly DirectiveNode[])[];
  /** Where fragments on object types are put. */
  readonly apart: SelectionNode[];
}

class Setting {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  #left = mostSelections;

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  /** The selection of a field or a definition; of an empty one `__typename` stays. */
  of(type: GraphQLCompositeType, { kind, selections }: SelectionSetNode): SelectionSetNode {
    const apart: SelectionNode[] = [];
    const set = this.#selections(type, selections, { type, types: [], conditions: [], apart });
    const all = [...set, ...apart];
    return { kind, selections: all.length > 0 ? all : [typename] };
  }

  #selections(
    type: GraphQLCompositeType,
    selections: readonly SelectionNode[],
    around: Around,
  ): readonly SelectionNode[] {
    return selections.flatMap((node) => {
      this.#left -= 1;
      if (this.#left < 0) return [node];
      return node.kind === Kind.FIELD
        ? [this.#field(type, node)]
        : this.#fragment(type, node, around);
    });
  }

  #field(type: GraphQLCompositeType, node: FieldNode): FieldNode {
    const field = isUnionType(type) ? undefined : type.getFields()[node.name.value];
    const of = field && getNamedType(field.type);
    if (node.selectionSet === undefined || !isCompositeType(of)) return node;
    return { ...node, selectionSet: this.of(of, node.selectionSet) };
  }

  #fragment(
    type: GraphQLCompositeType,
    node: Exclude<SelectionNode, FieldNode>,
    around: Around,
  ): readonly SelectionNode[] {
    const fragment =
      node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
    if (fragment === undefined) return [node];
    const { typeCondition, selectionSet } = fragment;
    const condition = typeCondition ? typeFromAST(this.#schema, typeCondition) : type;
    if (!isCompositeType(condition)) return [node];
    const { directives = [] } = node;
    if (isAbstractType(condition)) {
      const inner = within(around, condition === type ? undefined : condition, directives);
      const selections = this.#selections(condition, selectionSet.selections, inner);
      return fragmentOf(typeCondition, directives, selections);
    }
    if (node.kind === Kind.FRAGMENT_SPREAD && around.types.length === 0) return [node];
    const { selections } = this.of(condition, selectionSet);
    const own = fragmentOf(typeCondition, directives, selections);
    if (around.types.length === 0) return own;
    const applies = [around.type, ...around.types].every(
      (each) =>
        each === condition || (isAbstractType(each) && this.#schema.isSubType(each, condition)),
    );
    if (applies) around.apart.push(...around.conditions.reduceRight(under, own));
    return [];
  }
}

function within(
  around: Around,
  type: GraphQLAbstractType | undefined,
  directives: readonly DirectiveNode[],
): Around {
  const { types, conditions } = around;
  return {
    ...around,
    types: type === undefined ? types : [...types, type],
    conditions: directives.length > 0 ? [...conditions, directives] : conditions,
  };
}

function under(
  selections: readonly SelectionNode[],
  directives: readonly DirectiveNode[],
): readonly SelectionNode[] {
  return fragmentOf(undefined, directives, selections);
}

/** Nothing, where nothing is selected. */
function fragmentOf(
  typeCondition: NamedTypeNode | undefined,
  directives: readonly DirectiveNode[],
  selections: readonly SelectionNode[],
): readonly SelectionNode[] {
  if (selections.length === 0) return [];
  const selectionSet = { kind: Kind.SELECTION_SET, selections } as const;
  return [
    {
      kind: Kind.INLINE_FRAGMENT,
      ...(typeCondition && { typeCondition }),
      directives,
      selectionSet,
    },
  ];
}

const typename: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};
