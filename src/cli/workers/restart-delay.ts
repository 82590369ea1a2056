/** A worker that lived for less ended early, in milliseconds. */
const earlyMs = 30_000;
const firstDelayMs = 500;
const longestDelayMs = 30_000;

/** Decides when a worker that ended is replaced: at once, unless the one before ended early too. */
export class RestartDelay {
  #early = 0;

  /** How long to wait after a worker that lived for `livedMs`, in milliseconds. */
  after(livedMs: number): number {
    this.#early = livedMs < earlyMs ? this.#early + 1 : 0;
    if (this.#early <= 1) return 0;
    return Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#early - 2));
  }
}
