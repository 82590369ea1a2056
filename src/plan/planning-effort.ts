import { tooLargeToPlan } from './unplanned.ts';

/** How many plans are compared, and what that may take, as merges of paths. */
interface Comparison {
  readonly maxPlans: number;
  readonly maxMerges: number;
}

/**
 * What is tried one after the other. A merge takes some ten microseconds, so the first is all that
 * most operations see; of the last, one plan, nothing is compared.
 */
const comparisons: readonly Comparison[] = [
  { maxPlans: 10_000, maxMerges: 2_000 },
  { maxPlans: 100, maxMerges: 1_000 },
  { maxPlans: 1, maxMerges: Number.POSITIVE_INFINITY },
];

/** Ways to one selection. One is of several paths where a type was split into others. */
type Options = readonly { readonly paths: readonly unknown[] }[];

/** To compare a path with so many others takes as long as to find one. */
const comparedPerPath = 500;

/** What the planner takes for one operation: the paths that it finds, and the plans that it compares. */
export class PlanningEffort {
  readonly #maxPaths: number;
  #paths = 0;
  #selection: unknown;
  #options = 0;
  /** How many searches for paths are under way within each other: a key has its own. */
  #searches = 0;
  #comparison: Comparison | undefined;
  #merges = 0;

  constructor(maxPaths: number) {
    this.#maxPaths = maxPaths;
  }

  /** Has `make` compare fewer plans where so many are too much. The paths of all tries count. */
  plan<Plan>(make: () => Plan): Plan {
    this.#paths = 0;
    for (const comparison of comparisons) {
      this.#comparison = comparison;
      this.#searches = 0;
      this.#merges = 0;
      try {
        return make();
      } catch (thrown) {
        if (!(thrown instanceof TooManyMerges)) throw thrown;
      }
    }
    throw tooLargeToPlan();
  }

  /**
   * Has `search` find options for `selection`, each of several paths. Throws `QUERY_PLAN_TOO_LARGE`
   * when it is too much. Options of one selection are compared with each other.
   */
  find<Found extends Options | undefined>(selection: unknown, search: () => Found): Found {
    this.#searches += 1;
    const found = search();
    this.#searches -= 1;
    if (selection !== this.#selection) this.#options = 0;
    this.#selection = selection;
    for (const { paths } of found ?? []) {
      this.#options += 1;
      this.#paths += paths.length + this.#options / comparedPerPath;
    }
    this.expect(0);
    return found;
  }

  /** Throws `QUERY_PLAN_TOO_LARGE` if with `more` paths it would be too much. */
  expect(more: number): void {
    if (this.#paths + more <= this.#maxPaths) return;
    throw tooLargeToPlan(new Error(`There are more than ${this.#maxPaths} paths to look at`));
  }

  /** How many plans may be compared. */
  get maxPlans(): number {
    return this.#comparison?.maxPlans ?? 1;
  }

  /** Notes that paths are merged: outside of a search, that is to compare plans. */
  merge(): void {
    if (this.#searches > 0) return;
    this.#merges += 1;
    if (this.#merges > (this.#comparison?.maxMerges ?? 0)) throw new TooManyMerges();
  }
}

class TooManyMerges extends Error {
  override readonly name = 'TooManyMerges';
}
