import { problemAt, type SubgraphProblem } from '../subgraph-source.ts';
import type { SubgraphView } from './subgraph-view.ts';

/** `CQRS_COMMAND_HAS_QUERY`: a command subgraph writes; its Query has federation's fields only. */
export function commandHasQuery(views: readonly SubgraphView[]): readonly SubgraphProblem[] {
  return views.flatMap(({ subgraph, queryFields }) => {
    if (subgraph.role !== 'command' || queryFields.length === 0) return [];
    const fields = queryFields.map((field) => field.name.value).join(', ');
    const message = `Command subgraph "${subgraph.name}" has queries (${fields}): they belong in a query subgraph`;
    return [problemAt(subgraph, queryFields[0], 'CQRS_COMMAND_HAS_QUERY', message)];
  });
}
