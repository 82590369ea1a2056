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
  join(key: string, begin: Begin<Answer>, signal: AbortSignal): Promise<Landed<Answer>> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const underWay = this.#flights.get(key);
    if (underWay !== undefined) return underWay.join(signal, true);
    const flight = new Flight<Answer>((reason) => this.#leave(key, flight, reason));
    this.#flights.set(key, flight);
    const landed = flight.join(signal, false);
    begin(flight).then(
      (answer) => {
        this.#forget(key, flight);
        flight.land(answer);
      },
      (reason: unknown) => {
        this.#forget(key, flight);
        flight.fail(reason);
      },
    );
    return landed;
  }

  #leave(key: string, flight: Flight<Answer>, reason: unknown): void {
    if (!this.#endsWithLastWaiter) return;
    this.#forget(key, flight);
    flight.end(reason);
  }

  /** Another flight may have begun under the name of one that was given up. */
  #forget(key: string, flight: Flight<Answer>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}

/** Who waits for a flight, and by what signal they may leave. */
interface Waiter<Answer> {
  readonly signal: AbortSignal;
  readonly shared: boolean;
  readonly resolve: (landed: Landed<Answer>) => void;
  readonly reject: (reason: unknown) => void;
  readonly leave: () => void;
}

class Flight<Answer> implements FlightControl {
  readonly #control = new AbortController();
  readonly #waiters = new Set<Waiter<Answer>>();
  readonly #deserted: (reason: unknown) => void;
  #joined = 0;

  /** `deserted` is called when the last who waited has left. */
  constructor(deserted: (reason: unknown) => void) {
    this.#deserted = deserted;
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  readonly isWanted = (): boolean => this.#waiters.size > 0;

  join(signal: AbortSignal, shared: boolean): Promise<Landed<Answer>> {
    return new Promise((resolve, reject) => {
      const leave = (): void => this.#leave(waiter);
      const waiter = { signal, shared, resolve, reject, leave };
      signal.addEventListener('abort', leave);
      this.#waiters.add(waiter);
      this.#joined += 1;
    });
  }

  land(answer: Answer): void {
    const isCommon = this.#joined > 1;
    for (const { shared, resolve } of this.#settled()) resolve({ answer, shared, isCommon });
  }

  fail(reason: unknown): void {
    for (const { reject } of this.#settled()) reject(reason);
  }

  end(reason: unknown): void {
    this.#control.abort(reason);
  }

  #leave(waiter: Waiter<Answer>): void {
    this.#waiters.delete(waiter);
    waiter.signal.removeEventListener('abort', waiter.leave);
    waiter.reject(waiter.signal.reason);
    if (this.#waiters.size === 0) this.#deserted(waiter.signal.reason);
  }

  #settled(): readonly Waiter<Answer>[] {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const { signal, leave } of waiters) signal.removeEventListener('abort', leave);
    return waiters;
  }
}
