import { problemAt, type SubgraphProblem } from '../subgraph-source.ts';
import type { SubgraphView } from './subgraph-view.ts';

/** `CQRS_QUERY_HAS_MUTATION`: a query subgraph reads; it has no Mutation fields. */
export function queryHasMutation(views: readonly SubgraphView[]): readonly SubgraphProblem[] {
  return views.flatMap(({ subgraph, mutationFields }) => {
    if (subgraph.role !== 'query' || mutationFields.length === 0) return [];
    const fields = mutationFields.map((field) => field.name.value).join(', ');
    const message = `Query subgraph "${subgraph.name}" has mutations (${fields}): they belong in a command subgraph`;
    return [problemAt(subgraph, mutationFields[0], 'CQRS_QUERY_HAS_MUTATION', message)];
  });
}
