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
import type { FetchNode, PlanNode, QueryPlan } from '../plan/planner.ts';
import { fetchContext } from './context-selection.ts';
import { likenessOf, partsOf, responseKeys } from './cut-fetch.ts';
import { EntityDocuments } from './entity-document.ts';
import { fetchDocument } from './fetch-document.ts';
import type { Step, VariableDeclaration } from './plan-steps.ts';
import { representation } from './representations.ts';
import { Required } from './required.ts';
import { renamedKeys } from './rewrites.ts';
import { Supply } from './supply.ts';
import type { TypeConditions } from './type-conditions.ts';

/** A plan with all prepared that no request changes. */
export interface CompiledSteps {
  /** Undefined when there is nothing to fetch. */
  readonly step: Step | undefined;
  /**
   * Whether an entity that stands at several places may be one object: not where contexts tell the
   * places apart.
   */
  readonly sharesObjects: boolean;
  readonly documents: EntityDocuments;
  readonly supply: Supply;
  /** What fetches require of others, by place: it is asked for though clients may skip it. */
  readonly required: Required;
  /** The names of those that are asked. */
  readonly subgraphs: ReadonlySet<string>;
}

/** Prepares `plan` to be run any number of times, and notes what its fetches supply. */
export function compilePlan({ node }: QueryPlan, types: TypeConditions): CompiledSteps {
  if (node?.kind === 'Subscription') throw new TypeError('Subscriptions are not executed here');
  const compiler = new PlanCompiler(types);
  const step = node && compiler.compile(node);
  const { sharesObjects, supply, required, subgraphs } = compiler;
  const documents = new EntityDocuments();
  return { step, sharesObjects, supply, required, subgraphs, documents };
}

class PlanCompiler {
  sharesObjects = true;
  readonly supply = new Supply();
  readonly required = new Required();
  readonly subgraphs = new Set<string>();
  readonly #types: TypeConditions;
  readonly #operations = new Map<FetchNode, OperationDefinitionNode>();
  #fetches = 0;
  /** The parts of entity fetches by subgraph: true once a second fetch has selected the same. */
  readonly #parts = new Map<string, boolean>();

  constructor(types: TypeConditions) {
    this.#types = types;
  }

  compile(node: PlanNode): Step {
    forEachFetch(node, (fetch) => this.#note(fetch));
    return this.#node(node, []);
  }

  #note(node: FetchNode): void {
    for (const part of sharedParts(node, this.#operation(node)))
      this.#parts.set(part, this.#parts.has(part));
  }

  #operation(node: FetchNode): OperationDefinitionNode {
    const known = this.#operations.get(node) ?? underOwnRoot(operationIn(node));
    this.#operations.set(node, known);
    return known;
  }

  #node(node: PlanNode, path: readonly (string | number)[]): Step {
    const steps = (nodes: readonly PlanNode[]) => nodes.map((each) => this.#node(each, path));
    switch (node.kind) {
      case 'Sequence':
        return { kind: 'sequence', steps: steps(node.nodes) };
      case 'Parallel':
        return { kind: 'parallel', steps: steps(node.nodes) };
      case 'Flatten':
        return this.#node(node.node, [...path, ...node.path]);
      case 'Condition':
        return {
          kind: 'condition',
          variable: node.condition,
          whenTrue: node.ifClause && this.#node(node.ifClause, path),
          whenFalse: node.elseClause && this.#node(node.elseClause, path),
        };
      case 'Fetch':
        return this.#fetch(node, path);
      case 'Defer':
        throw new TypeError('The planner was not asked to defer');
    }
  }

  #fetch(node: FetchNode, place: readonly (string | number)[]): Step {
    const operation = this.#operation(node);
    const entities = node.requires === undefined ? undefined : entitiesField(operation);
    const outputRewrites = node.outputRewrites ?? [];
    const renamed = renamedKeys(outputRewrites);
    const asked = entities?.selectionSet ?? operation.selectionSet;
    const keys = responseKeys(asked);
    const path = place.map(String);
    this.supply.add(path, asked, renamed);
    this.subgraphs.add(node.serviceName);
    const fetch = {
      node,
      subgraph: node.serviceName,
      path,
      document: fetchDocument(stripIgnoredCharacters(print(operation)), node.operationName),
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
    this.required.add(path, node.requires);
    const context = fetchContext(node.contextRewrites, entities.selectionSet);
    if (context !== undefined) {
      this.sharesObjects = false;
      this.required.addEverything();
    }
    this.#fetches += 1;
    const id = `${this.#fetches}`;
    const parts = sharedParts(node, operation);
    const subgraph = node.serviceName;
    const selection = stripIgnoredCharacters(print(entities.selectionSet));
    const alone = outputRewrites.length > 0 ? id : undefined;
    return {
      kind: 'entity-fetch',
      ...fetch,
      id,
      selectionSet: entities.selectionSet,
      representation: representation(node.requires, node.inputRewrites ?? [], this.#types),
      selection,
      parts,
      overlaps: parts.some((part) => this.#parts.get(part)),
      alone,
      likeness: likenessOf({ subgraph, selection, alone }),
      keys: new Set(keys),
      declarations: (operation.variableDefinitions ?? [])
        .filter(({ variable }) => variable.name.value !== 'representations')
        .map(declaration),
      skips: hasConditions(operation),
      context,
    };
  }
}

function forEachFetch(node: PlanNode | undefined, visitFetch: (node: FetchNode) => void): void {
  switch (node?.kind) {
    case 'Fetch':
      visitFetch(node);
      break;
    case 'Sequence':
    case 'Parallel':
      for (const each of node.nodes) forEachFetch(each, visitFetch);
      break;
    case 'Flatten':
      forEachFetch(node.node, visitFetch);
      break;
    case 'Condition':
      forEachFetch(node.ifClause, visitFetch);
      forEachFetch(node.elseClause, visitFetch);
  }
}

/** What an entity fetch selects, field by field; nothing where it may not share its entities. */
function sharedParts(node: FetchNode, operation: OperationDefinitionNode): readonly string[] {
  const { requires, outputRewrites = [], contextRewrites = [] } = node;
  if (requires === undefined || outputRewrites.length > 0 || contextRewrites.length > 0) return [];
  const selectionSet = entitiesField(operation)?.selectionSet;
  return selectionSet === undefined ? [] : partsOf(node.serviceName, selectionSet);
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
