import { type Algorithm, load, type Random, sample, type Weighted } from './algorithm.ts';

/**
 * Two random choices, of which the one with less to do is called: nearly as even as looking at
 * all, without that many gateways run to the same one.
 */
export class TwoChoices implements Algorithm {
  readonly #random: Random;
  readonly #costOf: (target: Weighted) => number;

  /** The one that costs less is taken: by default, the one with less to do. */
  constructor(random: Random = Math.random, costOf: (target: Weighted) => number = load) {
    this.#random = random;
    this.#costOf = costOf;
  }

  pick<Target extends Weighted>(targets: readonly Target[]): Target {
    const one = sample(targets, this.#random);
    const other = sample(targets, this.#random, one);
    return this.#costOf(other) < this.#costOf(one) ? other : one;
  }
}
