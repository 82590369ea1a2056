import { type Algorithm, load, type Weighted } from './algorithm.ts';
import { RoundRobin } from './round-robin.ts';

/** The one with least to do; of several, each in turn. */
export class LeastConnections implements Algorithm {
  readonly #turns = new RoundRobin();

  pick<Target extends Weighted>(targets: readonly Target[]): Target {
    let least = Number.POSITIVE_INFINITY;
    for (const target of targets) least = Math.min(least, load(target));
    const idle = targets.filter((target) => load(target) === least);
    return this.#turns.pick(idle);
  }
}
