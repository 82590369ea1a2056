import type { Random, Weighted } from './algorithm.ts';
import { TwoChoices } from './p2c.ts';

/** What counts for a target that was called and has not answered yet, in milliseconds. */
const unknownMs = 1_000;

/** Of two random choices, the one that is likely to answer first: by its latency and its load. */
export class LeastLatency extends TwoChoices {
  constructor(random?: Random) {
    super(random, cost);
  }
}

function cost({ latencyMs, inFlight, weight }: Weighted): number {
  const expected = latencyMs === 0 && inFlight > 0 ? unknownMs : latencyMs;
  return expected * (1 + inFlight / weight);
}
