import type { Algorithm, Weighted } from './algorithm.ts';

/** Each in turn, as often as its weight says, and turns of the heavier ones spread out. */
export class RoundRobin implements Algorithm {
  /** What each is owed; kept only as long as the target is there. */
  readonly #owed = new WeakMap<Weighted, number>();

  pick<Target extends Weighted>(targets: readonly Target[]): Target {
    let [chosen] = targets;
    if (chosen === undefined) throw new RangeError('There is no target to choose');
    let most = Number.NEGATIVE_INFINITY;
    let total = 0;
    for (const target of targets) {
      const owed = (this.#owed.get(target) ?? 0) + target.weight;
      this.#owed.set(target, owed);
      total += target.weight;
      if (owed > most) {
        most = owed;
        chosen = target;
      }
    }
    this.#owed.set(chosen, most - total);
    return chosen;
  }
}
