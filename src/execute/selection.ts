import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { isDenied } from '../auth/authorization/denial-marks.ts';

/** A type of which fields are selected; an interface where the object type does not matter. */
export type FieldsType = GraphQLObjectType | GraphQLInterfaceType;

/** The fields selected of one object type, in the order of the answer. */
export type ObjectSelection = readonly SelectedField[];

/** One response key with all the selections that share it. */
export interface SelectedField {
  /** The key under which the plan has the value. */
  readonly key: string;
  readonly field: GraphQLField<unknown, unknown> | undefined;
  readonly name: string;
  readonly selectionSets: readonly SelectionSetNode[];
  /** True where each of these selections is denied to the caller. */
  readonly denied: boolean;
}

export interface SelectionContext {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Without `variables`, what may be selected at all: nothing is skipped. */
export interface CollectContext extends Omit<SelectionContext, 'variables'> {
  readonly variables: SelectionContext['variables'] | undefined;
  /** Whether fields that are denied to the caller are collected too. Default false. */
  readonly withDenied?: boolean;
}

/** `CollectFields` of GraphQL October 2021, section 6.3.2, for one object type. */
export function collectFields(
  type: FieldsType,
  selectionSets: readonly SelectionSetNode[],
  context: CollectContext,
): ObjectSelection {
  const nodes = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  for (const { selections } of selectionSets) collect(type, selections, context, nodes, visited);
  return [...nodes].map(([key, same]) => selectedField(type, key, same));
}

/** The response keys that are selected at one place, on whatever type, and what is below each. */
export function selectedBelow(
  selectionSets: readonly SelectionSetNode[],
  context: Omit<CollectContext, 'schema'>,
): ReadonlyMap<string, readonly SelectionSetNode[]> {
  const selected = new Map<string, SelectionSetNode[]>();
  const visited = new Set<string>();
  const gather = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (!isIncluded(node, context.variables)) continue;
      if (node.kind === Kind.FIELD) {
        if (isDenied(node)) continue;
        const key = (node.alias ?? node.name).value;
        const sets = selected.get(key) ?? [];
        if (node.selectionSet !== undefined) sets.push(node.selectionSet);
        selected.set(key, sets);
      } else {
        const fragment = fragmentOf(node, context, visited);
        if (fragment !== undefined) gather(fragment.selectionSet);
      }
    }
  };
  selectionSets.forEach(gather);
  return selected;
}

/** True when the object types of an interface would be answered differently. */
export function dependsOnObjectType(
  type: GraphQLInterfaceType,
  selectionSets: readonly SelectionSetNode[],
  context: SelectionContext,
): boolean {
  const fields = collectFields(type, selectionSets, context);
  if (fields.some(({ name }) => name === '__typename')) return true;
  return context.schema
    .getPossibleTypes(type)
    .some((each) => !isAlike(fields, collectFields(each, selectionSets, context)));
}

/** True when both are answered with the same keys in the same order, and the same below them. */
function isAlike(one: ObjectSelection, other: ObjectSelection): boolean {
  return (
    one.length === other.length &&
    one.every(({ key, selectionSets, denied }, index) => {
      const twin = other[index];
      return (
        twin?.key === key &&
        twin.denied === denied &&
        twin.selectionSets.length === selectionSets.length &&
        twin.selectionSets.every((each, at) => each === selectionSets[at])
      );
    })
  );
}

/** False when every field is skipped, so that nothing is left to ask. */
export function asksAnything(
  { selections }: SelectionSetNode,
  context: Omit<SelectionContext, 'schema'>,
  visited = new Set<string>(),
): boolean {
  return selections.some((node) => {
    if (!isIncluded(node, context.variables)) return false;
    if (node.kind === Kind.FIELD) return !isDenied(node);
    const fragment = fragmentOf(node, context, visited);
    return fragment !== undefined && asksAnything(fragment.selectionSet, context, visited);
  });
}

function selectedField(type: FieldsType, key: string, nodes: readonly FieldNode[]): SelectedField {
  const name = nodes[0]?.name.value ?? key;
  const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const denied = nodes.every(isDenied);
  return { key, name, field: type.getFields()[name], selectionSets, denied };
}

function collect(
  type: FieldsType,
  selections: readonly SelectionNode[],
  context: CollectContext,
  nodes: Map<string, FieldNode[]>,
  visited: Set<string>,
): void {
  for (const node of selections) {
    if (!isIncluded(node, context.variables)) continue;
    if (node.kind === Kind.FIELD) {
      if (context.withDenied !== true && isDenied(node)) continue;
      const key = (node.alias ?? node.name).value;
      const same = nodes.get(key);
      if (same === undefined) nodes.set(key, [node]);
      else same.push(node);
      continue;
    }
    const fragment = fragmentOf(node, context, visited);
    if (fragment !== undefined && applies(fragment, type, context.schema)) {
      collect(type, fragment.selectionSet.selections, context, nodes, visited);
    }
  }
}

type Fragment = Exclude<SelectionNode, FieldNode | { kind: Kind.FRAGMENT_SPREAD }>;

/** The fragment itself, or the one that is spread; a named one counts once. */
function fragmentOf(
  node: Exclude<SelectionNode, FieldNode>,
  { fragments }: Pick<SelectionContext, 'fragments'>,
  visited: Set<string>,
): Pick<Fragment, 'selectionSet' | 'typeCondition'> | FragmentDefinitionNode | undefined {
  if (node.kind === Kind.INLINE_FRAGMENT) return node;
  const name = node.name.value;
  if (visited.has(name)) return undefined;
  visited.add(name);
  return fragments.get(name);
}

function applies(
  { typeCondition }: Pick<Fragment, 'typeCondition'>,
  type: FieldsType,
  schema: GraphQLSchema,
): boolean {
  if (typeCondition === undefined) return true;
  const condition = typeFromAST(schema, typeCondition);
  if (condition === type) return true;
  return isAbstractType(condition) && schema.isSubType(condition, type);
}

function isIncluded(node: SelectionNode, variables: CollectContext['variables']): boolean {
  if (variables === undefined || (node.directives?.length ?? 0) === 0) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variables);
  if (skip?.['if'] === true) return false;
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variables);
  return include?.['if'] !== false;
}
