import { GatewayError } from '../errors.ts';

/** The use of one generation by one request: what it sees stays the same until it lets go. */
export interface Lease<Content> extends Disposable {
  readonly content: Content;
}

/**
 * The generation that new requests get, and those before it that are still in use. A generation
 * that was replaced is disposed as soon as its last lease is released.
 */
export class Generations<Content extends AsyncDisposable> implements AsyncDisposable {
  #current: Generation<Content> | undefined;
  readonly #retiring = new Set<Promise<void>>();

  constructor(first: Content) {
    this.#current = new Generation(first);
  }

  /** Holds the current generation; refused with `SERVICE_UNAVAILABLE` after disposal. */
  lease(): Lease<Content> {
    if (this.#current) return this.#current.lease();
    throw new GatewayError('SERVICE_UNAVAILABLE', 'The gateway is shutting down');
  }

  /** Gives `next` to all later leases. Settles once the generation before is disposed. */
  replace(next: Content): Promise<void> {
    const retired = this.#retire();
    this.#current = new Generation(next);
    return retired;
  }

  /** Waits until the last lease of every generation is released, and disposes the contents. */
  async [Symbol.asyncDispose](): Promise<void> {
    void this.#retire().catch(() => {});
    const outcomes = await Promise.allSettled(this.#retiring);
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }

  #retire(): Promise<void> {
    const retired = this.#current?.retire() ?? Promise.resolve();
    this.#current = undefined;
    this.#retiring.add(retired);
    retired.then(
      () => this.#retiring.delete(retired),
      () => this.#retiring.delete(retired),
    );
    return retired;
  }
}

/** One content with the number of its leases. */
class Generation<Content extends AsyncDisposable> {
  readonly #content: Content;
  readonly #unused = Promise.withResolvers<void>();
  #leases = 0;
  #retired = false;

  constructor(content: Content) {
    this.#content = content;
  }

  lease(): Lease<Content> {
    this.#leases += 1;
    let held = true;
    return {
      content: this.#content,
      [Symbol.dispose]: () => {
        if (held) this.#release();
        held = false;
      },
    };
  }

  async retire(): Promise<void> {
    this.#retired = true;
    if (this.#leases > 0) await this.#unused.promise;
    await this.#content[Symbol.asyncDispose]();
  }

  #release(): void {
    this.#leases -= 1;
    if (this.#retired && this.#leases === 0) this.#unused.resolve();
  }
}
