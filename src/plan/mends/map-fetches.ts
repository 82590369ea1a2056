import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';

/** The plan with each fetch replaced by what `map` makes of it: several are sent at once. */
export function mapFetches(plan: QueryPlan, map: MapFetch): QueryPlan {
  return plan.node === undefined ? plan : { ...plan, node: mapRoot(plan.node, map) };
}

type MapFetch = (fetch: FetchNode) => readonly FetchNode[];

function mapRoot(node: PlanNode | SubscriptionNode, map: MapFetch): PlanNode | SubscriptionNode {
  if (node.kind !== 'Subscription') return mapNode(node, map);
  const [primary = node.primary] = map(node.primary);
  return { ...node, primary, ...(node.rest && { rest: mapNode(node.rest, map) }) };
}

function mapNode(node: PlanNode, map: MapFetch): PlanNode {
  const mapped = (part: PlanNode) => mapNode(part, map);
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map(mapped) };
    case 'Flatten':
      return { ...node, node: mapped(node.node) };
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause && { ifClause: mapped(node.ifClause) }),
        ...(node.elseClause && { elseClause: mapped(node.elseClause) }),
      };
    case 'Fetch':
      return inParallel(map(node));
    case 'Defer': {
      const within = <Part extends { node?: PlanNode }>(part: Part): Part =>
        part.node === undefined ? part : { ...part, node: mapped(part.node) };
      return { ...node, primary: within(node.primary), deferred: node.deferred.map(within) };
    }
  }
}

function inParallel(nodes: readonly FetchNode[]): PlanNode {
  const [only, ...others] = nodes;
  return only !== undefined && others.length === 0 ? only : { kind: 'Parallel', nodes: [...nodes] };
}
