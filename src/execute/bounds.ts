/** How much one execution may bring. */
export interface ExecutionBounds {
  readonly answer: AnswerBounds;
  /** Most errors of an answer, with the one that tells of the rest. */
  readonly errors: number;
  /** Most entities that one request asks the subgraph of this name for. */
  readonly entitiesOf: (subgraph: string) => number;
  /**
   * Most fields and items that are written, or entities that are looked at, in one turn of the
   * event loop: after some milliseconds others get theirs.
   */
  readonly turn: number;
}

/** Takes about 2 ms where nothing fails, and ten times as long where everything does. */
export const defaultTurn = 10_000;

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
  turn: defaultTurn,
};
