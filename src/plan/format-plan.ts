import { prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner';

/** A plan as people read it. */
export function formatPlan(plan: QueryPlan): string {
  return prettyFormatQueryPlan(plan);
}
