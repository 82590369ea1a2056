import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  type NamedTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { fragmentsOf } from '../../operation/operation.ts';
import { mapDefinitions } from './map-definitions.ts';
import { argumentOf } from './required-arguments-types.ts';

/** The interfaces that some subgraph knows as an `@interfaceObject`. */
export function interfaceObjects({ definitions }: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of definitions) {
    if (node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const joins = node.directives?.filter(({ name }) => name.value === 'join__type') ?? [];
    if (joins.some((join) => argumentOf(join, 'isInterfaceObject'))) names.add(node.name.value);
  }
  return names;
}

/**
 * Names the object types where fragments on other abstract types stand in an interface of `objects`.
 * Upstream defect: an `@interfaceObject` is an object for the planner, which follows it to the object
 * types of its interface only (`advanceWithOperationElement` of `@apollo/query-graphs` 2.14). Of
 * `... on Media { ... on Printed { pages } }` it thought that no object could ever be a `Printed`,
 * and dropped the selection or threw. `schema` is what clients see.
 */
export function withTypesOfInterfaceObjects(
  document: DocumentNode,
  schema: GraphQLSchema,
  objects: ReadonlySet<string>,
): DocumentNode {
  if (objects.size === 0) return document;
  const naming = new Naming(schema, objects, fragmentsOf(document));
  return mapDefinitions(document, schema, (type, selectionSet) =>
    naming.filled(type, selectionSet),
  );
}

/** Past so many selections the rest stays as it is: fragments within fragments multiply. */
const mostSelections = 100_000;

class Naming {
  readonly #schema: GraphQLSchema;
  readonly #objects: ReadonlySet<string>;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  #left = mostSelections;

  constructor(
    schema: GraphQLSchema,
    objects: ReadonlySet<string>,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {
    this.#schema = schema;
    this.#objects = objects;
    this.#fragments = fragments;
  }

  /** A selection of which nothing stays is one of nothing but the type's name. */
  filled(type: GraphQLCompositeType, { selections }: SelectionSetNode): SelectionSetNode {
    const named = this.#selections(type, selections);
    return { kind: Kind.SELECTION_SET, selections: named.length > 0 ? named : [typename] };
  }

  #selections(
    type: GraphQLCompositeType,
    selections: readonly SelectionNode[],
  ): readonly SelectionNode[] {
    return selections.flatMap((node) => {
      this.#left -= 1;
      if (this.#left < 0) return [node];
      return node.kind === Kind.FIELD ? [this.#field(type, node)] : this.#fragment(type, node);
    });
  }

  #field(type: GraphQLCompositeType, node: FieldNode): FieldNode {
    const field = isUnionType(type) ? undefined : type.getFields()[node.name.value];
    const of = field && getNamedType(field.type);
    if (node.selectionSet === undefined || !isCompositeType(of)) return node;
    return { ...node, selectionSet: this.filled(of, node.selectionSet) };
  }

  #fragment(
    type: GraphQLCompositeType,
    node: InlineFragmentNode | FragmentSpreadNode,
  ): readonly SelectionNode[] {
    const fragment =
      node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
    if (fragment === undefined) return [node];
    const { typeCondition, selectionSet } = fragment;
    const condition = typeCondition ? typeFromAST(this.#schema, typeCondition) : type;
    const { selections } = selectionSet;
    const inner = (of: GraphQLCompositeType, name?: string) =>
      inlined(node, this.#selections(of, selections), name);
    if (condition !== type && isObjectType(type)) {
      const applies = isAbstractType(condition) && this.#schema.isSubType(condition, type);
      return applies ? inner(type) : [];
    }
    if (condition !== type && isAbstractType(condition) && this.#isObject(type)) {
      if (this.#schema.isSubType(condition, type)) return inner(type);
      return this.#schema
        .getPossibleTypes(type)
        .filter((each) => this.#schema.isSubType(condition, each))
        .flatMap((each) => inner(each, each.name));
    }
    if (node.kind === Kind.FRAGMENT_SPREAD || !isCompositeType(condition)) return [node];
    return inner(condition, typeCondition?.name.value);
  }

  #isObject(type: GraphQLCompositeType): type is GraphQLInterfaceType {
    return isInterfaceType(type) && this.#objects.has(type.name);
  }
}

/** The selections under the conditions of `node`, on the type of that name. */
function inlined(
  { directives = [] }: InlineFragmentNode | FragmentSpreadNode,
  selections: readonly SelectionNode[],
  type: string | undefined,
): readonly SelectionNode[] {
  if (selections.length === 0 || (type === undefined && directives.length === 0)) return selections;
  return [
    {
      kind: Kind.INLINE_FRAGMENT,
      ...(type !== undefined && { typeCondition: namedType(type) }),
      directives,
      selectionSet: { kind: Kind.SELECTION_SET, selections },
    },
  ];
}

function namedType(value: string): NamedTypeNode {
  return { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value } };
}

const typename: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};
