/** Remembers that it was rung until someone looks: many rings before a look count as one. */
export class Bell {
  #rung = Promise.withResolvers<void>();

  ring(): void {
    this.#rung.resolve();
  }

  /** True once it has been rung since the last look; false when `signal` aborts before. */
  async wait(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const aborted = Promise.withResolvers<void>();
    const leave = (): void => aborted.resolve();
    signal.addEventListener('abort', leave, { once: true });
    await Promise.race([this.#rung.promise, aborted.promise]);
    signal.removeEventListener('abort', leave);
    if (signal.aborted) return false;
    this.#rung = Promise.withResolvers();
    return true;
  }
}
