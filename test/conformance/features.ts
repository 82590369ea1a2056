/**
 * What is generated only when asked for: each is a known defect of the planner, and a difference
 * as long as it is not mended.
 */
export interface Features {
  /** A field that some `@requires` needs with arguments is one that clients select, too. */
  readonly sharedArguments: boolean;
  /** A selection may hold nothing but fragments on types that its subgraph does not know. */
  readonly unreachableTypes: boolean;
  /**
   * A fragment on an abstract type may stand in another type: the planner throws where one
   * further out is an interface object's.
   */
  readonly abstractInAbstract: boolean;
  /** A field that is required may require others itself. */
  readonly chains: boolean;
  /** An entity's subgraph may have keys of which some cannot be resolved. */
  readonly mixedKeys: boolean;
}

export const plain: Features = {
  sharedArguments: false,
  unreachableTypes: false,
  abstractInAbstract: false,
  chains: false,
  mixedKeys: false,
};
