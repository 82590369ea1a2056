import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { type Need, needKey, positionOf } from './required-arguments.ts';

type Needs = ReadonlyMap<string, readonly Need[]>;

/** Of each position that is asked for with different arguments, the stand-in that goes there. */
type Choice = Map<string, string>;

/**
 * Works around `@apollo/query-planner`, which joins two `@requires` of one type in one fetch,
 * though they need one field with different arguments: a representation has one place for it, and
 * both were computed from the same value. Such a fetch becomes several, each with the outputs
 * whose needs agree; sent at once they are still one request.
 */
export function splitByNeeds(fetch: FetchNode, needs: Needs): readonly FetchNode[] {
  const { requires } = fetch;
  if (requires === undefined) return [fetch];
  const contested = contestedPositions(requires);
  if (contested.size === 0) return [fetch];
  const document = parse(fetch.operation, { noLocation: true });
  const outputs = new Outputs(fetch.serviceName, needs, contested);
  outputs.gather(entitySelection(document));
  return outputs.groups.map(({ choice, fields }) => ({
    ...fetch,
    ...onlyFields(fetch, document, fields),
    requires: onlyChosen(requires, contested, choice, ''),
  }));
}

/** The positions at which several stand-ins would go. */
function contestedPositions(requires: readonly QueryPlanSelectionNode[]): ReadonlySet<string> {
  const first = new Map<string, string>();
  const contested = new Set<string>();
  const walk = (selections: readonly QueryPlanSelectionNode[], at: string): void => {
    for (const node of selections) {
      if (node.kind === 'InlineFragment') {
        walk(node.selections, at);
        continue;
      }
      const position = positionOf(at, node.name);
      const key = node.alias ?? node.name;
      if ((first.get(position) ?? key) !== key) contested.add(position);
      first.set(position, key);
      walk(node.selections ?? [], positionOf(at, key));
    }
  };
  walk(requires, '');
  return contested;
}

class Outputs {
  readonly groups: { readonly choice: Choice; readonly fields: Set<FieldNode> }[] = [];
  readonly #subgraph: string;
  readonly #needs: Needs;
  readonly #contested: ReadonlySet<string>;

  constructor(subgraph: string, needs: Needs, contested: ReadonlySet<string>) {
    this.#subgraph = subgraph;
    this.#needs = needs;
    this.#contested = contested;
  }

  /** Puts each field of the entity into the first group with which its needs agree. */
  gather({ selections }: SelectionSetNode, type = ''): void {
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        this.gather(node.selectionSet, node.typeCondition?.name.value ?? type);
      } else if (node.kind === Kind.FIELD) {
        const needs = this.#needs.get(needKey(this.#subgraph, type, node.name.value)) ?? [];
        const needed = needs.filter(({ position }) => this.#contested.has(position));
        this.#put(node, new Map(needed.map(({ position, standIn }) => [position, standIn])));
      }
    }
  }

  #put(node: FieldNode, needed: ReadonlyMap<string, string>): void {
    const known = this.groups.find(({ choice }) =>
      [...needed].every(([position, standIn]) => (choice.get(position) ?? standIn) === standIn),
    );
    const group = known ?? { choice: new Map(), fields: new Set() };
    if (known === undefined) this.groups.push(group);
    for (const [position, standIn] of needed) group.choice.set(position, standIn);
    group.fields.add(node);
  }
}

function onlyFields(
  fetch: FetchNode,
  document: DocumentNode,
  fields: ReadonlySet<FieldNode>,
): Pick<FetchNode, 'operation' | 'variableUsages'> {
  const used = new Set<string>();
  const collect = (node: DocumentNode | SelectionSetNode): unknown =>
    visit(node, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void used.add(name.value),
    });
  const kept = visit(document, {
    Field(node) {
      if (isEntities(node)) {
        return { ...node, selectionSet: keep(node.selectionSet, fields) };
      }
      return false;
    },
  });
  collect(kept);
  const operation = visit(kept, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
  return {
    operation: stripIgnoredCharacters(print(operation)),
    variableUsages: (fetch.variableUsages ?? []).filter((name) => used.has(name)),
  };
}

function keep(
  { kind, selections }: SelectionSetNode,
  fields: ReadonlySet<FieldNode>,
): SelectionSetNode {
  const kept = selections.flatMap((node): readonly SelectionNode[] => {
    if (node.kind === Kind.FIELD) return fields.has(node) ? [node] : [];
    if (node.kind === Kind.FRAGMENT_SPREAD) return [node];
    const selectionSet = keep(node.selectionSet, fields);
    return selectionSet.selections.length === 0 ? [] : [{ ...node, selectionSet }];
  });
  return { kind, selections: kept };
}

function onlyChosen(
  selections: readonly QueryPlanSelectionNode[],
  contested: ReadonlySet<string>,
  choice: Choice,
  at: string,
): QueryPlanSelectionNode[] {
  return selections.flatMap((node): readonly QueryPlanSelectionNode[] => {
    if (node.selections === undefined) return isChosen(node, contested, choice, at) ? [node] : [];
    if (node.kind === 'Field' && !isChosen(node, contested, choice, at)) return [];
    const below = node.kind === 'Field' ? positionOf(at, node.alias ?? node.name) : at;
    const kept = onlyChosen(node.selections, contested, choice, below);
    return kept.length === 0 ? [] : [{ ...node, selections: kept }];
  });
}

function isChosen(
  node: QueryPlanSelectionNode,
  contested: ReadonlySet<string>,
  choice: Choice,
  at: string,
): boolean {
  if (node.kind !== 'Field') return true;
  const position = positionOf(at, node.name);
  return !contested.has(position) || choice.get(position) === (node.alias ?? node.name);
}

function entitySelection(document: DocumentNode): SelectionSetNode {
  const operation = document.definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  const entities = operation?.selectionSet.selections.find((node) => node.kind === Kind.FIELD);
  if (entities?.selectionSet === undefined) throw new TypeError('A fetch of entities selects');
  return entities.selectionSet;
}

function isEntities(
  node: FieldNode,
): node is FieldNode & { readonly selectionSet: SelectionSetNode } {
  return node.name.value === '_entities' && node.selectionSet !== undefined;
}
