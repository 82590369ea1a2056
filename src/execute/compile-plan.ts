import {
  BREAK,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from '../plan/planner.ts';
import { type FetchContext, fetchContext } from './context-selection.ts';
import { renamedKeys } from './rewrites.ts';
import { Supply } from './supply.ts';

/** What a plan says to do, with all prepared that no request changes. */
export type Step =
  | { readonly kind: 'sequence'; readonly steps: readonly Step[] }
  | { readonly kind: 'parallel'; readonly steps: readonly Step[] }
  | ConditionStep
  | RootFetch
  | EntityFetch;

export interface ConditionStep {
  readonly kind: 'condition';
  readonly variable: string;
  readonly whenTrue: Step | undefined;
  readonly whenFalse: Step | undefined;
}

/** What the fetches of root fields and of entities have in common. */
interface Fetch {
  readonly subgraph: string;
  /** Where the answer belongs, in a plan's own notation; empty for the root. */
  readonly path: readonly (string | number)[];
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variables: readonly string[];
  readonly outputRewrites: readonly FetchDataRewrite[];
  /** For each key of the answer that is rewritten, the key that the plan knows. */
  readonly renamed: ReadonlyMap<string, string>;
  /** The keys, as the plan knows them, that the answer is to supply. */
  readonly outputs: readonly string[];
  /** What is asked, where conditions may leave nothing of it. */
  readonly conditional: SelectionSetNode | undefined;
}

/** A fetch of fields of the query or mutation root. */
export interface RootFetch extends Fetch {
  readonly kind: 'root-fetch';
  readonly operation: 'query' | 'mutation';
}

/** A fetch of further fields of entities that are known by their keys. */
export interface EntityFetch extends Fetch {
  readonly kind: 'entity-fetch';
  readonly requires: readonly QueryPlanSelectionNode[];
  readonly inputRewrites: readonly FetchDataRewrite[];
  /** What is selected of each entity, as text: equal texts ask the same. */
  readonly selection: string;
  /** The client's variables that `selection` uses, declared for the subgraph. */
  readonly declarations: readonly VariableDeclaration[];
  /** Whether `@skip` or `@include` may leave out fields, and what those alone require. */
  readonly skips: boolean;
  /** What `@fromContext` takes from the objects above the entities. */
  readonly context: FetchContext | undefined;
}

export interface VariableDeclaration {
  readonly name: string;
  readonly text: string;
}

/** A plan that can be run any number of times. */
export interface CompiledSteps {
  /** Undefined when there is nothing to fetch. */
  readonly step: Step | undefined;
  readonly supply: Supply;
}

/** Prepares `plan` to be run, and notes what its fetches supply. */
export function compilePlan({ node }: QueryPlan): CompiledSteps {
  if (node?.kind === 'Subscription') throw new TypeError('Subscriptions are not executed here');
  const supply = new Supply();
  return { step: node && compileNode(node, [], supply), supply };
}

function compileNode(node: PlanNode, path: readonly (string | number)[], supply: Supply): Step {
  const compile = (each: PlanNode) => compileNode(each, path, supply);
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', steps: node.nodes.map(compile) };
    case 'Parallel':
      return { kind: 'parallel', steps: node.nodes.map(compile) };
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path], supply);
    case 'Condition':
      return {
        kind: 'condition',
        variable: node.condition,
        whenTrue: node.ifClause && compile(node.ifClause),
        whenFalse: node.elseClause && compile(node.elseClause),
      };
    case 'Fetch':
      return compileFetch(node, path, supply);
    case 'Defer':
      throw new TypeError('The planner was not asked to defer');
  }
}

function compileFetch(node: FetchNode, path: readonly (string | number)[], supply: Supply): Step {
  const operation = underOwnRoot(operationIn(node));
  const entities = node.requires === undefined ? undefined : entitiesField(operation);
  const outputRewrites = node.outputRewrites ?? [];
  const renamed = renamedKeys(outputRewrites);
  const asked = entities?.selectionSet ?? operation.selectionSet;
  supply.add(path, asked, renamed);
  const keys = responseKeys(asked);
  const fetch = {
    subgraph: node.serviceName,
    path,
    text: stripIgnoredCharacters(print(operation)),
    operationName: node.operationName,
    variables: node.variableUsages ?? [],
    outputRewrites,
    renamed,
    outputs: keys.map((key) => renamed.get(key) ?? key),
    conditional: isConditional(asked) ? asked : undefined,
  };
  if (node.requires === undefined || entities?.selectionSet === undefined) {
    const kind = node.operationKind === 'mutation' ? 'mutation' : 'query';
    return { kind: 'root-fetch', operation: kind, ...fetch };
  }
  return {
    kind: 'entity-fetch',
    ...fetch,
    requires: node.requires,
    inputRewrites: node.inputRewrites ?? [],
    selection: stripIgnoredCharacters(print(entities.selectionSet)),
    declarations: (operation.variableDefinitions ?? [])
      .filter(({ variable }) => variable.name.value !== 'representations')
      .map(declaration),
    skips: hasConditions(operation),
    context: fetchContext(node.contextRewrites, entities.selectionSet),
  };
}

function declaration(node: VariableDefinitionNode): VariableDeclaration {
  return { name: node.variable.name.value, text: stripIgnoredCharacters(print(node)) };
}

function operationIn(node: FetchNode): OperationDefinitionNode {
  const document = parse(node.operation, { noLocation: true });
  const [operation] = document.definitions;
  if (document.definitions.length === 1 && operation?.kind === Kind.OPERATION_DEFINITION) {
    return operation;
  }
  throw new TypeError('A fetch is one operation without named fragments');
}

/**
 * Drops `... on Query` at the root, which the planner writes though the subgraph may have named
 * its root type otherwise. A condition that stays, such as `@include`, needs no type.
 */
function underOwnRoot(operation: OperationDefinitionNode): OperationDefinitionNode {
  return { ...operation, selectionSet: untyped(operation.selectionSet) };
}

const rootTypes = new Set(['Query', 'Mutation']);

function untyped({ kind, selections }: SelectionSetNode): SelectionSetNode {
  return {
    kind,
    selections: selections.flatMap((node): readonly SelectionNode[] => {
      if (node.kind !== Kind.INLINE_FRAGMENT) return [node];
      const { typeCondition, ...fragment } = node;
      if (typeCondition && !rootTypes.has(typeCondition.name.value)) return [node];
      const selectionSet = untyped(node.selectionSet);
      return node.directives?.length ? [{ ...fragment, selectionSet }] : selectionSet.selections;
    }),
  };
}

function entitiesField(operation: OperationDefinitionNode): FieldNode | undefined {
  return operation.selectionSet.selections.find((node) => node.kind === Kind.FIELD);
}

/** Looked for in the syntax tree: a client's text may hold the same letters. */
function hasConditions(operation: OperationDefinitionNode): boolean {
  let found = false;
  visit(operation, {
    Directive({ name }) {
      if (name.value !== 'skip' && name.value !== 'include') return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}

function isConditional({ selections }: SelectionSetNode): boolean {
  return selections.every(
    (node) =>
      (node.directives?.length ?? 0) > 0 ||
      (node.kind === Kind.INLINE_FRAGMENT && isConditional(node.selectionSet)),
  );
}

/** The keys that a selection yields at its own level, whatever the type of the object. */
function responseKeys(selectionSet: SelectionSetNode): readonly string[] {
  const keys = new Set<string>();
  for (const node of selectionSet.selections) {
    if (node.kind === Kind.FIELD) keys.add((node.alias ?? node.name).value);
    else if (node.kind === Kind.INLINE_FRAGMENT) {
      for (const key of responseKeys(node.selectionSet)) keys.add(key);
    }
  }
  return [...keys];
}
