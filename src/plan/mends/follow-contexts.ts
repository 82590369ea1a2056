import type { QueryPlanner } from '@apollo/query-planner';
import { Kind, parse, type SelectionSetNode } from 'graphql';

/**
 * Has `planner` follow what `@fromContext` selects field by field.
 * Upstream defect: a selection that one subgraph has whole is kept in a shortened form, and of two
 * such selections that contexts take from one object the second is lost (`merge` and
 * `mergeIfNotEqual` of `PathTree`, `@apollo/query-graphs` 2.14, do not look at `localSelections`):
 * of `size { width }` and `size { depth }` one was fetched, and the other argument was null. Nothing
 * is shortened where a type leads to other subgraphs, so that is what the types in question tell.
 */
export function followContexts(planner: QueryPlanner): void {
  const graph: unknown = Reflect.get(planner, 'federatedQueryGraph');
  if (!isQueryGraph(graph)) throw new TypeError('The planner has no query graph');
  for (const { requiredContexts } of graph.vertices.flatMap((each) => graph.outEdges(each))) {
    for (const { selection, typesWithContextSet } of requiredContexts) {
      const selectionSet = selectionOf(selection);
      for (const type of typesWithContextSet) followType(type, selectionSet, graph);
    }
  }
}

function followType(type: string, selectionSet: SelectionSetNode, graph: QueryGraph): void {
  if (!graph.typesToVertices.has(type)) return;
  for (const vertex of graph.verticesForType(type)) follow(vertex, selectionSet, graph);
}

function follow(vertex: Vertex, { selections }: SelectionSetNode, graph: QueryGraph): void {
  vertex.hasReachableCrossSubgraphEdges = true;
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      followType(node.typeCondition?.name.value ?? '', node.selectionSet, graph);
    } else if (node.kind === Kind.FIELD && node.selectionSet !== undefined) {
      for (const edge of graph.outEdges(vertex)) {
        if (edge.isEdgeForField(node.name.value)) follow(edge.tail, node.selectionSet, graph);
      }
    }
  }
}

/** What a context's argument selects, which is written with braces or without. */
function selectionOf(text: string): SelectionSetNode {
  const braced = text.trimStart().startsWith('{') ? text : `{${text}}`;
  const [definition] = parse(braced, { noLocation: true }).definitions;
  if (definition?.kind === Kind.OPERATION_DEFINITION) return definition.selectionSet;
  throw new TypeError(`${text} is no selection`);
}

/** As much of the planner's graph as is needed here: it has no public type. */
interface QueryGraph {
  readonly vertices: readonly Vertex[];
  readonly typesToVertices: ReadonlyMap<string, unknown>;
  verticesForType(type: string): readonly Vertex[];
  outEdges(vertex: Vertex): readonly Edge[];
}

interface Vertex {
  hasReachableCrossSubgraphEdges: boolean;
}

interface Edge {
  readonly tail: Vertex;
  readonly requiredContexts: readonly {
    readonly selection: string;
    readonly typesWithContextSet: ReadonlySet<string>;
  }[];
  isEdgeForField(name: string): boolean;
}

function isQueryGraph(value: unknown): value is QueryGraph {
  return typeof value === 'object' && value !== null && 'verticesForType' in value;
}
