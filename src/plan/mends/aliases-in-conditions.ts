import type { FetchDataRewrite, FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
} from 'graphql';
import { mapFetches } from './map-fetches.ts';

/**
 * Gives the fields below a condition the aliases that the plan expects of them.
 * Upstream defect: two types with one field of different types get aliases for it, and the plan
 * rewrites them back; but in a fragment without a type condition (`... @skip(if: $no) { … }`)
 * nothing gets its alias (`withFieldAliased` of `@apollo/query-planner` 2.14), and the subgraph
 * refuses the whole fetch: its fields conflict.
 */
export function withAliasesInConditions(plan: QueryPlan): QueryPlan {
  return mapFetches(plan, (fetch) => [aliased(fetch)]);
}

type Renamer = Extract<FetchDataRewrite, { kind: 'KeyRenamer' }>;

function aliased(fetch: FetchNode): FetchNode {
  const renamers = (fetch.outputRewrites ?? []).filter((one) => one.kind === 'KeyRenamer');
  if (renamers.length === 0) return fetch;
  const document = parse(fetch.operation, { noLocation: true });
  const definitions = document.definitions.map((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? { ...node, selectionSet: withAliases(node.selectionSet, [], renamers) }
      : node,
  );
  const operation = stripIgnoredCharacters(print({ ...document, definitions }));
  return { ...fetch, operation };
}

/** `path` is written as in a plan's rewrites: keys, and the types of fragments that have one. */
function withAliases(
  { kind, selections }: SelectionSetNode,
  path: readonly string[],
  renamers: readonly Renamer[],
): SelectionSetNode {
  const mapped = selections.map((node): SelectionNode => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return node;
    if (node.kind === Kind.FIELD) return withAlias(node, path, renamers);
    const type = node.typeCondition && `... on ${node.typeCondition.name.value}`;
    const at = type === undefined ? path : [...path, type];
    return { ...node, selectionSet: withAliases(node.selectionSet, at, renamers) };
  });
  return { kind, selections: mapped };
}

function withAlias(
  node: FieldNode,
  path: readonly string[],
  renamers: readonly Renamer[],
): FieldNode {
  const key = (node.alias ?? node.name).value;
  const renamer = renamers.find((one) => one.renameKeyTo === key && isAt(one, path));
  const value = renamer?.path.at(-1) ?? key;
  // The rewrites of a fetch of entities begin below `_entities`.
  const below = key === '_entities' && path.length === 0 ? [] : [...path, value];
  const { selectionSet } = node;
  return {
    ...node,
    ...(value !== key && { alias: { kind: Kind.NAME, value } }),
    ...(selectionSet && { selectionSet: withAliases(selectionSet, below, renamers) }),
  };
}

function isAt({ path: [...steps] }: Renamer, path: readonly string[]): boolean {
  steps.pop();
  return steps.length === path.length && steps.every((step, index) => step === path[index]);
}
