/** What a supergraph says of costs: plain data, by schema coordinate. */
export interface CostFacts {
  /** `@cost(weight:)` of `Type`, `Type.field`, `Type.field(argument:)` and `Input.field`. */
  readonly weights: ReadonlyMap<string, number>;
  /** `@listSize` of `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
  /** The type of each `Type.field` that clients cannot select, though a plan may. */
  readonly hidden: ReadonlyMap<string, string>;
}

/** `@listSize` on one field, as it is written. */
export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments that bound the list; `input.first` is a field of an input object. */
  readonly slicingArguments: readonly string[];
  /** The fields of the field's own type that are the lists, as in a connection. */
  readonly sizedFields: readonly string[];
  /** Whether a client has to give one of the slicing arguments, and no other. */
  readonly requireOneSlicingArgument: boolean;
}
