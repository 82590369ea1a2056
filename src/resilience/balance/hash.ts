import type { Algorithm, Weighted } from './algorithm.ts';

/** How much more than its share a target may have to do before others help out. */
const bound = 1.25;
/** What a target may have to do in any case: few calls at once say nothing of its share. */
const leastBound = 8;

/**
 * The same target for the same key: each target scores for the key, and the highest is called
 * (rendezvous hashing). One that goes moves only its own keys. One with far more to do than its
 * share is passed over.
 */
export class KeyHash implements Algorithm {
  readonly #otherwise: Algorithm;

  /** `otherwise` chooses for calls without a key. */
  constructor(otherwise: Algorithm) {
    this.#otherwise = otherwise;
  }

  pick<Target extends Weighted>(targets: readonly Target[], key: string | undefined): Target {
    if (key === undefined) return this.#otherwise.pick(targets, key);
    const perWeight = bound * callsPerWeight(targets);
    const free = highest(targets, key, ({ inFlight, weight }) => {
      return inFlight < Math.max(leastBound, Math.ceil(perWeight * weight));
    });
    const chosen = free ?? highest(targets, key, () => true);
    if (chosen === undefined) throw new RangeError('There is no target to choose');
    return chosen;
  }
}

/** Calls under way, this next one among them, for each unit of weight. */
function callsPerWeight(targets: readonly Weighted[]): number {
  let weight = 0;
  let inFlight = 1;
  for (const target of targets) {
    weight += target.weight;
    inFlight += target.inFlight;
  }
  return inFlight / weight;
}

function highest<Target extends Weighted>(
  targets: readonly Target[],
  key: string,
  mayBe: (target: Target) => boolean,
): Target | undefined {
  const keyHash = hashOf(key);
  let chosen: Target | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const target of targets) {
    const score =
      -target.weight / Math.log(spread(keyHash ^ Math.imul(hashOf(target.id), 0x9e3779b1)));
    if (score <= most || !mayBe(target)) continue;
    most = score;
    chosen = target;
  }
  return chosen;
}

/** A number between 0 and 1, the same for the same text. */
export function fraction(text: string): number {
  return spread(hashOf(text));
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}

/** The last steps of MurmurHash3: hashes that differ in one bit come to lie far apart. */
function spread(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return ((mixed >>> 0) + 0.5) / 2 ** 32;
}
