interface Flight<Answer> {
  readonly answer: Promise<Answer>;
  waiters: number;
}

/** Work that is done once for all who ask for the same while it is under way. */
export class SingleFlight<Answer> {
  readonly #flights = new Map<string, Flight<Answer>>();

  /**
   * Waits for the work named `key`, which `begin` begins unless it is under way (`shared`). Whoever
   * leaves by `signal` takes it from nobody else; `isWanted` tells the work whether any are left.
   */
  async join(
    key: string,
    begin: (isWanted: () => boolean) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<{ readonly answer: Answer; readonly shared: boolean }> {
    signal.throwIfAborted();
    const underWay = this.#flights.get(key);
    const flight = underWay ?? this.#start(key, begin);
    return { answer: await waitFor(flight, signal), shared: underWay !== undefined };
  }

  #start(key: string, begin: (isWanted: () => boolean) => Promise<Answer>): Flight<Answer> {
    const done = Promise.withResolvers<Answer>();
    // Everybody may have left when it fails.
    done.promise.catch(() => {});
    const flight = { answer: done.promise, waiters: 0 };
    this.#flights.set(key, flight);
    const end = () => this.#flights.delete(key);
    begin(() => flight.waiters > 0)
      .finally(end)
      .then(done.resolve, done.reject);
    return flight;
  }
}

async function waitFor<Answer>(flight: Flight<Answer>, signal: AbortSignal): Promise<Answer> {
  const left = Promise.withResolvers<never>();
  const leave = () => left.reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  flight.waiters += 1;
  try {
    return await Promise.race([flight.answer, left.promise]);
  } finally {
    flight.waiters -= 1;
    signal.removeEventListener('abort', leave);
  }
}
