import type { ErrorCode, Problem } from '../errors.ts';
import type { SupergraphFacts } from './supergraph-facts.ts';

/** What a planner's thread is started with. After that it is sent one `PlanRequest` at a time. */
export interface WorkerInput {
  readonly sdl: string;
  readonly file: string | undefined;
  /** Whether to tell what the supergraph is: one thread of several is enough. */
  readonly tells: boolean;
  /** The largest plan, as JSON. */
  readonly maxPlanBytes: number;
  /** The most paths through the subgraphs that are looked at for one plan. */
  readonly maxPaths: number;
}

/** What a planner's thread says: one opening, then one answer to each request. */
export type WorkerMessage = Opening | PlanAnswer;

/** That it can plan, or why it cannot. */
export type Opening =
  | { readonly kind: 'ready'; readonly told?: ToldSupergraph }
  | { readonly kind: 'unusable'; readonly problems: readonly Problem[] };

/** A supergraph as the main thread gets to know it. */
export interface ToldSupergraph {
  readonly facts: SupergraphFacts;
  /** What clients see, definition by definition. */
  readonly apiSdl: readonly string[];
}

/** A plan, or why there is none. JSON is read faster than a structured clone. */
export type PlanAnswer = { readonly kind: 'plan'; readonly json: string } | PlanFailure;

/** A failure that ends no thread; `why` is for the log. */
export interface PlanFailure {
  readonly kind: 'failure';
  readonly code: ErrorCode;
  readonly message: string;
  readonly why: string;
}
