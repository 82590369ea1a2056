import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Demand, FieldDemands } from './access-facts.ts';
import type { OperationTree } from './denial-marks.ts';
import { type AnyOf, alternatives, isMet, type Requirement, type Standing } from './requirement.ts';

/** One field of an operation, and whether a caller may see it. */
export interface ExplainedField {
  /** Where it stands in the answer; `@` stands for each item of a list. */
  readonly path: string;
  /** `Type.field`. */
  readonly field: string;
  /** Whether its own demands are met; what is above it may be denied all the same. */
  readonly passes: boolean;
  readonly demands: readonly ExplainedDemand[];
}

/** What one element demands of those who select a field. */
export interface ExplainedDemand {
  readonly element: string;
  readonly requires: string;
  /** The subgraphs that define the element. */
  readonly subgraphs: readonly string[];
  readonly passes: boolean;
}

export interface ExplainInput {
  readonly tree: OperationTree;
  readonly schema: GraphQLSchema;
  readonly demands: FieldDemands;
  readonly standing: Standing;
  /** How people call the subgraphs. */
  readonly graphNames: ReadonlyMap<string, string>;
}

/** Each field that the operation selects, in its order, with what it demands of the caller. */
export function explainAccess(input: ExplainInput): readonly ExplainedField[] {
  const { tree, schema } = input;
  const root = schema.getRootType(tree.definition.operation);
  return root ? fieldsBelow(tree.definition.selectionSet, root, '', input) : [];
}

function fieldsBelow(
  { selections }: SelectionSetNode,
  type: GraphQLCompositeType,
  path: string,
  input: ExplainInput,
): readonly ExplainedField[] {
  return selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return fieldAndBelow(node, type, path, input);
    const fragment =
      node.kind === Kind.INLINE_FRAGMENT ? node : input.tree.fragments.get(node.name.value);
    if (fragment === undefined) return [];
    const { typeCondition } = fragment;
    const named = typeCondition && input.schema.getType(typeCondition.name.value);
    const inner = isCompositeType(named) ? named : type;
    return fieldsBelow(fragment.selectionSet, inner, path, input);
  });
}

function fieldAndBelow(
  node: FieldNode,
  type: GraphQLCompositeType,
  above: string,
  input: ExplainInput,
): readonly ExplainedField[] {
  const name = node.name.value;
  const path = `${above}${(node.alias ?? node.name).value}`;
  const demands = input.demands.of(type.name, name).map((demand) => explained(demand, input));
  const passes = demands.every((demand) => demand.passes);
  const own = { path, field: `${type.name}.${name}`, passes, demands };
  let output = isUnionType(type) ? undefined : type.getFields()[name]?.type;
  if (node.selectionSet === undefined || output === undefined) return [own];
  const inner = getNamedType(output);
  let below = `${path}.`;
  while (isNonNullType(output) || isListType(output)) {
    if (isListType(output)) below += '@.';
    output = output.ofType;
  }
  if (!isCompositeType(inner)) return [own];
  return [own, ...fieldsBelow(node.selectionSet, inner, below, input)];
}

function explained(
  { element, requirement, graphs }: Demand,
  { standing, graphNames }: ExplainInput,
): ExplainedDemand {
  const subgraphs = graphs.map((graph) => graphNames.get(graph) ?? graph);
  const passes = isMet(requirement, standing);
  return { element, requires: requirementText(requirement), subgraphs, passes };
}

/** A requirement as people read it, such as `authenticated; scope read and list, or all`. */
export function requirementText({ authenticated, scopes, policies }: Requirement): string {
  const parts = [
    ...(authenticated ? ['authenticated'] : []),
    ...textsOf('scope', scopes),
    ...textsOf('policy', policies),
  ];
  return parts.join('; ');
}

function textsOf(kind: string, each: readonly AnyOf[]): readonly string[] {
  if (each.length === 0) return [];
  const joined = alternatives(each);
  const all = joined === undefined ? each : [joined];
  return all.map((anyOf) => {
    if (anyOf.length === 0) return `a ${kind} that nobody has`;
    return `${kind} ${anyOf.map((names) => names.join(' and ')).join(', or ')}`;
  });
}
