import { type Cancellation, Canceller } from './cancellation.ts';
import { type KeyedEntry, KeyedRoll } from './keyed-roll.ts';

/** What work may ask of the flight that it is done for. */
export interface FlightControl {
  /** Whether anybody waits for the work. */
  isWanted(): boolean;
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
   * `signal` takes it from nobody else. Keys of different scopes are different.
   */
  join(
    key: string,
    begin: Begin<Answer>,
    signal: Cancellation,
    scope = '',
  ): Promise<Landed<Answer>> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const underWay = this.#flights.get(key, scope);
    if (underWay !== undefined) return underWay.join(signal, true);
    const flight = new Flight<Answer>(this.#flights, this.#endsWithLastWaiter);
    flight.entry = this.#flights.add(key, flight, scope);
    const landed = flight.join(signal, false);
    begin(flight).then(
      (answer) => flight.land(answer),
      (reason: unknown) => flight.fail(reason),
    );
    return landed;
  }
}

/** Most have one waiter: it takes as few objects as can be. */
class Flight<Answer> extends Canceller implements FlightControl {
  /** Its place among those that can be joined. */
  entry: KeyedEntry<Flight<Answer>> | undefined;
  readonly #flights: KeyedRoll<Flight<Answer>>;
  readonly #endsWithLastWaiter: boolean;
  #first: Waiter<Answer> | undefined;
  #others: Waiter<Answer>[] | undefined;
  #joined = 0;

  constructor(flights: KeyedRoll<Flight<Answer>>, endsWithLastWaiter: boolean) {
    super();
    this.#flights = flights;
    this.#endsWithLastWaiter = endsWithLastWaiter;
  }

  get signal(): Cancellation {
    return this;
  }

  isWanted(): boolean {
    return this.#first !== undefined || (this.#others?.length ?? 0) > 0;
  }

  join(signal: Cancellation, shared: boolean): Promise<Landed<Answer>> {
    const settle = Promise.withResolvers<Landed<Answer>>();
    const waiter = new Waiter<Answer>(this, signal, shared, settle);
    this.#joined += 1;
    if (this.#joined === 1) this.#first = waiter;
    else if (this.#others === undefined) this.#others = [waiter];
    else this.#others.push(waiter);
    return settle.promise;
  }

  land(answer: Answer): void {
    this.#strike();
    const isCommon = this.#joined > 1;
    const [first, others] = [this.#first, this.#others];
    this.#forget();
    first?.land(answer, isCommon);
    if (others !== undefined) for (const waiter of others) waiter.land(answer, isCommon);
  }

  fail(reason: unknown): void {
    this.#strike();
    const [first, others] = [this.#first, this.#others];
    this.#forget();
    first?.fail(reason);
    if (others !== undefined) for (const waiter of others) waiter.fail(reason);
  }

  leave(waiter: Waiter<Answer>): void {
    if (this.#first === waiter) this.#first = undefined;
    else this.#others = this.#others?.filter((other) => other !== waiter);
    waiter.fail(waiter.signal.reason);
    if (this.isWanted() || !this.#endsWithLastWaiter) return;
    this.#strike();
    this.abort(waiter.signal.reason);
  }

  #forget(): void {
    this.#first = undefined;
    this.#others = undefined;
  }

  #strike(): void {
    if (this.entry !== undefined) this.#flights.strike(this.entry);
    this.entry = undefined;
  }
}

/**
 * One who waits for a flight, and may leave by `signal`. Once it is over it holds nothing: when the
 * collector has moved it among what is old, all that hangs on it would stay until the next full
 * collection, and so would what hangs on that.
 */
class Waiter<Answer> {
  readonly signal: Cancellation;
  readonly #shared: boolean;
  readonly #onAbort: () => void;
  #settle: PromiseWithResolvers<Landed<Answer>> | undefined;

  constructor(
    flight: Flight<Answer>,
    signal: Cancellation,
    shared: boolean,
    settle: PromiseWithResolvers<Landed<Answer>>,
  ) {
    this.signal = signal;
    this.#shared = shared;
    this.#settle = settle;
    this.#onAbort = () => flight.leave(this);
    signal.addEventListener('abort', this.#onAbort);
  }

  land(answer: Answer, isCommon: boolean): void {
    this.#end()?.resolve({ answer, shared: this.#shared, isCommon });
  }

  fail(reason: unknown): void {
    this.#end()?.reject(reason);
  }

  #end(): PromiseWithResolvers<Landed<Answer>> | undefined {
    this.signal.removeEventListener('abort', this.#onAbort);
    const settle = this.#settle;
    this.#settle = undefined;
    return settle;
  }
}
