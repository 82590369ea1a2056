/** How long what was seen counts: after this time, about a third of it is left. */
const memoryMs = 10_000;

/**
 * A latency that follows a rise at once and a fall slowly, so that a target which got slow is
 * left alone, and tried again when that is a while ago.
 */
export class PeakLatency {
  #ms = 0;
  #atMs = 0;

  observe(tookMs: number, nowMs: number): void {
    const weight = Math.exp(-Math.max(0, nowMs - this.#atMs) / memoryMs);
    this.#ms = tookMs >= this.#ms ? tookMs : this.#ms * weight + tookMs * (1 - weight);
    this.#atMs = nowMs;
  }

  /** 0 while nothing was seen. */
  at(nowMs: number): number {
    return this.#ms === 0 ? 0 : this.#ms * Math.exp(-Math.max(0, nowMs - this.#atMs) / memoryMs);
  }
}
