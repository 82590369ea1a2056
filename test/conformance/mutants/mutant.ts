/** A defect that is put into a copy of the code, to see whether it is noticed. */
export interface Mutant {
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  /** What is there now, exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The tests that notice it, the first of them soonest; without them random operations do. */
  readonly tests?: readonly string[];
}
