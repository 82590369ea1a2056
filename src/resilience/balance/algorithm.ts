/** What an algorithm looks at of a target. */
export interface Weighted {
  readonly id: string;
  /** Its share beside the weights of the others; above 0. */
  readonly weight: number;
  /** Calls that are under way. */
  readonly inFlight: number;
  /** How long it takes to answer, by what was seen lately; 0 while nothing was. */
  readonly latencyMs: number;
}

/** A number from 0 up to, and without, 1. */
export type Random = () => number;

/** Chooses who is called next. What it remembers is its own: one for each list of targets. */
export interface Algorithm {
  /** `targets` is not empty. `key` is what calls have in common that go to the same one. */
  pick<Target extends Weighted>(targets: readonly Target[], key: string | undefined): Target;
}

/** How busy a target is for what it can take. */
export function load({ inFlight, weight }: Weighted): number {
  return inFlight / weight;
}

/** One of the targets, each as often as its weight says; never `without`, unless it is alone. */
export function sample<Target extends Weighted>(
  targets: readonly Target[],
  random: Random,
  without?: Target,
): Target {
  let total = 0;
  for (const target of targets) if (target !== without) total += target.weight;
  let left = random() * total;
  let last: Target | undefined;
  for (const target of targets) {
    if (target === without) continue;
    last = target;
    left -= target.weight;
    if (left < 0) break;
  }
  const chosen = last ?? without ?? targets[0];
  if (chosen === undefined) throw new RangeError('There is no target to choose');
  return chosen;
}
