import type { ParsedSubgraph, SubgraphProblem } from '../subgraph-source.ts';
import { commandHasQuery } from './command-has-query.ts';
import { commandResolvesEntity } from './command-resolves-entity.ts';
import { queryHasMutation } from './query-has-mutation.ts';
import { resultUnreadable } from './result-unreadable.ts';
import { viewSubgraph } from './subgraph-view.ts';

/** The rules that make queries and commands two worlds; they bind subgraphs with a role only. */
const rules = [queryHasMutation, commandHasQuery, commandResolvesEntity, resultUnreadable];

/** Every violation of the CQRS rules; none when no subgraph has a role. */
export function checkRoles(subgraphs: readonly ParsedSubgraph[]): readonly SubgraphProblem[] {
  const views = subgraphs.map(viewSubgraph);
  return rules.flatMap((rule) => rule(views));
}
