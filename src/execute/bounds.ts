/** How much one execution may bring. */
export interface ExecutionBounds {
  readonly answer: AnswerBounds;
  /** Most errors of an answer, with the one that tells of the rest. */
  readonly errors: number;
  /** Most entities that one request asks the subgraph of this name for. */
  readonly entitiesOf: (subgraph: string) => number;
}

/** How large the data of one answer may be. */
export interface AnswerBounds {
  /** Fields and items of lists. */
  readonly values: number;
  /** Characters of JSON. */
  readonly size: number;
}

export const unbounded: ExecutionBounds = {
  answer: { values: Number.POSITIVE_INFINITY, size: Number.POSITIVE_INFINITY },
  errors: Number.POSITIVE_INFINITY,
  entitiesOf: () => Number.POSITIVE_INFINITY,
};
