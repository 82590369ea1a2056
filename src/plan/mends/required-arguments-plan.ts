import { isInterfaceType, isObjectType, type Schema } from '@apollo/federation-internals';
import type { FetchNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { Kind, type NameNode, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import { mapFetches } from './map-fetches.ts';
import type { RequiredArguments } from './required-arguments.ts';
import { splitByNeeds } from './required-arguments-split.ts';

/** Takes the stand-ins out of the schema that clients see: only the planner knows of them. */
export function hideStandIns(apiSchema: Schema, { standInsOf }: RequiredArguments): void {
  for (const [name, standIns] of standInsOf) {
    const type = apiSchema.type(name);
    if (type === undefined || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const standIn of standIns) type.field(standIn)?.remove();
  }
}

/**
 * The plan in terms of the real supergraph: each stand-in becomes an alias of the field that it
 * stands for, with the arguments, in what is fetched and in what representations are read from.
 */
export function withArgumentsBack(plan: QueryPlan, required: RequiredArguments): QueryPlan {
  if (required.standIns.size === 0) return plan;
  return mapFetches(plan, (fetch) => splitByNeeds(restoreFetch(fetch, required), required.needs));
}

function restoreFetch(fetch: FetchNode, required: RequiredArguments): FetchNode {
  const { requires } = fetch;
  return {
    ...fetch,
    operation: restoreOperation(fetch.operation, required),
    ...(requires && { requires: restoreRequires(requires, required) }),
  };
}

function restoreOperation(operation: string, { standIns }: RequiredArguments): string {
  if (![...standIns.keys()].some((name) => operation.includes(name))) return operation;
  const restored = visit(parse(operation, { noLocation: true }), {
    Field(node) {
      const standIn = standIns.get(node.name.value);
      if (standIn === undefined) return undefined;
      const name: NameNode = { kind: Kind.NAME, value: standIn.field };
      const given = [...(node.arguments ?? []), ...standIn.arguments];
      return { ...node, alias: node.alias ?? node.name, name, arguments: given };
    },
  });
  return stripIgnoredCharacters(print(restored));
}

function restoreRequires(
  selections: readonly QueryPlanSelectionNode[],
  required: RequiredArguments,
): QueryPlanSelectionNode[] {
  return selections.map((node): QueryPlanSelectionNode => {
    if (node.kind === 'InlineFragment') {
      return { ...node, selections: restoreRequires(node.selections, required) };
    }
    const standIn = required.standIns.get(node.name);
    const below = node.selections && { selections: restoreRequires(node.selections, required) };
    if (standIn === undefined) return { ...node, ...below };
    return { kind: 'Field', alias: node.name, name: standIn.field, ...below };
  });
}
