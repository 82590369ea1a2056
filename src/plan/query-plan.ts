import type { QueryPlan } from '@apollo/query-planner';

export type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';

/** One operation that is valid against the API schema. */
export interface PlanRequest {
  /** A document with one operation. */
  readonly text: string;
  /** The labels of `@override(label:)` that are active; all others are not. */
  readonly overrides: readonly string[];
}

/** A plan as the executor reads it. */
export interface PlannedOperation {
  readonly queryPlan: QueryPlan;
  /** The characters that it takes as JSON. */
  readonly size: number;
}
