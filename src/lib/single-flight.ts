import { type Cancellation, Canceller } from './cancellation.ts';
import { type KeyedEntry, KeyedRoll } from './keyed-roll.ts';

/** What work may ask of the flight that it is done for. */
export interface FlightControl {
  /** Whether anybody waits for the work. */
  readonly isWanted: () => boolean;
  /** Aborts once the last who waited has left, where flights end with their last waiter. */
  readonly signal: Cancellation;
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
  readonly #flights = new KeyedRoll<Flight<Answer>>();
  readonly #endsWithLastWaiter: boolean;

  /** Work goes on when nobody waits any longer, unless it `endsWithLastWaiter`. */
  constructor({ endsWithLastWaiter = false } = {}) {
    this.#endsWithLastWaiter = endsWithLastWaiter;
  }

  /**
   * Waits for the work named `key`, which `begin` begins unless it is under way. Whoever leaves by
   * `signal` takes it from nobody else.
   */
  join(key: string, begin: Begin<Answer>, signal: Cancellation): Promise<Landed<Answer>> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const underWay = this.#flights.get(key);
    return underWay === undefined ? this.#begin(key, begin, signal) : underWay.join(signal, true);
  }

  #begin(key: string, begin: Begin<Answer>, signal: Cancellation): Promise<Landed<Answer>> {
    const flight = new Flight<Answer>((reason) => {
      if (!this.#endsWithLastWaiter) return;
      this.#flights.strike(entry);
      flight.end(reason);
    });
    const entry: KeyedEntry<Flight<Answer>> = this.#flights.add(key, flight);
    const landed = flight.join(signal, false);
    begin(flight).then(
      (answer) => {
        this.#flights.strike(entry);
        flight.land(answer);
      },
      (reason: unknown) => {
        this.#flights.strike(entry);
        flight.fail(reason);
      },
    );
    return landed;
  }
}

class Flight<Answer> implements FlightControl {
  #control: Canceller | undefined;
  readonly #deserted: (reason: unknown) => void;
  readonly #leave = (waiter: Waiter<Answer>): void => this.#left(waiter);
  #waiters: Waiter<Answer>[] = [];
  #joined = 0;

  /** `deserted` is called when the last who waited has left. */
  constructor(deserted: (reason: unknown) => void) {
    this.#deserted = deserted;
  }

  get signal(): Cancellation {
    this.#control ??= new Canceller();
    return this.#control;
  }

  readonly isWanted = (): boolean => this.#waiters.length > 0;

  join(signal: Cancellation, shared: boolean): Promise<Landed<Answer>> {
    const waiter = new Waiter(signal, shared, this.#leave);
    this.#waiters.push(waiter);
    this.#joined += 1;
    return waiter.landed;
  }

  land(answer: Answer): void {
    const isCommon = this.#joined > 1;
    for (const waiter of this.#settled()) waiter.land(answer, isCommon);
  }

  fail(reason: unknown): void {
    for (const waiter of this.#settled()) waiter.fail(reason);
  }

  end(reason: unknown): void {
    this.#control?.abort(reason);
  }

  #left(waiter: Waiter<Answer>): void {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    waiter.fail(waiter.signal.reason);
    if (this.#waiters.length === 0) this.#deserted(waiter.signal.reason);
  }

  #settled(): readonly Waiter<Answer>[] {
    const waiters = this.#waiters;
    this.#waiters = [];
    return waiters;
  }
}

/** One who waits for a flight, and may leave by `signal`. */
class Waiter<Answer> {
  readonly signal: Cancellation;
  readonly landed: Promise<Landed<Answer>>;
  readonly #shared: boolean;
  readonly #settle = Promise.withResolvers<Landed<Answer>>();
  readonly #leave: (waiter: Waiter<Answer>) => void;
  readonly #onAbort = (): void => this.#leave(this);

  constructor(signal: Cancellation, shared: boolean, leave: (waiter: Waiter<Answer>) => void) {
    this.signal = signal;
    this.landed = this.#settle.promise;
    this.#shared = shared;
    this.#leave = leave;
    signal.addEventListener('abort', this.#onAbort);
  }

  land(answer: Answer, isCommon: boolean): void {
    this.signal.removeEventListener('abort', this.#onAbort);
    this.#settle.resolve({ answer, shared: this.#shared, isCommon });
  }

  fail(reason: unknown): void {
    this.signal.removeEventListener('abort', this.#onAbort);
    this.#settle.reject(reason);
  }
}
