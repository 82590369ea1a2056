/** What work may ask of the flight that it is done for. */
export interface FlightControl {
  /** Whether anybody waits for the work. */
  readonly isWanted: () => boolean;
  /** Aborts once the last who waited has left, where flights end with their last waiter. */
  readonly signal: AbortSignal;
}

/** What came of a flight. */
export interface Landed<Answer> {
  readonly answer: Answer;
  /** True for those who found the work under way. */
  readonly shared: boolean;
  /** True where others were given the same answer. */
  readonly isCommon: boolean;
}

interface Flight<Answer> {
  readonly answer: Promise<Answer>;
  readonly control: AbortController;
  waiters: number;
  joined: number;
}

type Begin<Answer> = (control: FlightControl) => Promise<Answer>;

/** Work that is done once for all who ask for the same while it is under way. */
export class SingleFlight<Answer> {
  readonly #flights = new Map<string, Flight<Answer>>();
  readonly #endsWithLastWaiter: boolean;

  /** Work goes on when nobody waits any longer, unless it `endsWithLastWaiter`. */
  constructor({ endsWithLastWaiter = false } = {}) {
    this.#endsWithLastWaiter = endsWithLastWaiter;
  }

  /**
   * Waits for the work named `key`, which `begin` begins unless it is under way. Whoever leaves by
   * `signal` takes it from nobody else.
   */
  async join(key: string, begin: Begin<Answer>, signal: AbortSignal): Promise<Landed<Answer>> {
    signal.throwIfAborted();
    const underWay = this.#flights.get(key);
    const flight = underWay ?? this.#start(key, begin);
    const answer = await this.#wait(key, flight, signal);
    return { answer, shared: underWay !== undefined, isCommon: flight.joined > 1 };
  }

  #start(key: string, begin: Begin<Answer>): Flight<Answer> {
    const done = Promise.withResolvers<Answer>();
    // Everybody may have left when it fails.
    done.promise.catch(() => {});
    const control = new AbortController();
    const flight = { answer: done.promise, control, waiters: 0, joined: 0 };
    this.#flights.set(key, flight);
    begin({ isWanted: () => flight.waiters > 0, signal: control.signal })
      .finally(() => this.#forget(key, flight))
      .then(done.resolve, done.reject);
    return flight;
  }

  /** Another flight may have begun under the name of one that was given up. */
  #forget(key: string, flight: Flight<Answer>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  async #wait(key: string, flight: Flight<Answer>, signal: AbortSignal): Promise<Answer> {
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    flight.waiters += 1;
    flight.joined += 1;
    try {
      return await Promise.race([flight.answer, left.promise]);
    } finally {
      flight.waiters -= 1;
      signal.removeEventListener('abort', leave);
      if (flight.waiters === 0 && this.#endsWithLastWaiter) {
        this.#forget(key, flight);
        flight.control.abort(signal.reason);
      }
    }
  }
}
