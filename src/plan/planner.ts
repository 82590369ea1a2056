import type { GraphQLSchema } from 'graphql';
import { buildApiSchema } from './api-schema.ts';
import { openSupergraph } from './open-supergraph.ts';
import type { PlannedOperation, PlanRequest } from './query-plan.ts';
import type { SupergraphFacts } from './supergraph-facts.ts';
import { unplanned } from './unplanned.ts';

export type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from './query-plan.ts';

/** One supergraph, ready to plan. */
export interface Planner extends SupergraphFacts {
  /** What clients see: without `@inaccessible` elements and federation's own. */
  readonly apiSchema: GraphQLSchema;
  /** Makes a plan. One that has to wait for its turn is not made unless it `isWanted` then. */
  plan(request: PlanRequest, isWanted: () => boolean): Promise<PlannedOperation>;
}

/**
 * A planner in this very thread, which it holds up: for a command, not for a server. Throws a
 * `StartupError`, with `file` as the place, when the text is no supergraph that can be used.
 */
export function createPlanner(supergraphSdl: string, file?: string): Planner {
  const { facts, apiSdl, plan } = openSupergraph(supergraphSdl, file);
  return {
    ...facts,
    apiSchema: buildApiSchema(apiSdl),
    async plan(request) {
      try {
        const queryPlan = plan(request);
        return { queryPlan, size: JSON.stringify(queryPlan).length };
      } catch (cause) {
        throw unplanned(cause);
      }
    },
  };
}
