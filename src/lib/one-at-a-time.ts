/**
 * Runs one piece of work at a time. Who asks while it runs gets the next run, which begins when
 * this one has ended: however many ask meanwhile, they share it.
 */
export class OneAtATime<Outcome> {
  readonly #work: () => Promise<Outcome>;
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<Outcome> | undefined;

  constructor(work: () => Promise<Outcome>) {
    this.#work = work;
  }

  /** Settles as the run that began after this call. */
  run(): Promise<Outcome> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const outcome = this.#work();
      this.#running = outcome.catch(() => {});
      return outcome;
    });
    return this.#next;
  }

  /** Settles once nothing runs and nothing waits to run. */
  async idle(): Promise<void> {
    while (this.#next !== undefined) await this.#next.catch(() => {});
    await this.#running;
  }
}
