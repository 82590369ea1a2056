/**
 * Disposes what was built, in reverse order of building. Every resource is disposed even when
 * an earlier one fails; the failures are thrown together as one `AggregateError`.
 * (`AsyncDisposableStack` does the same, but is missing in Node 22.)
 */
export class Disposer implements AsyncDisposable {
  readonly #disposals: (() => void | PromiseLike<void>)[] = [];

  /** Takes over `resource` and gives it back. */
  use<Resource extends Disposable | AsyncDisposable>(resource: Resource): Resource {
    this.defer(() =>
      Symbol.asyncDispose in resource
        ? resource[Symbol.asyncDispose]()
        : resource[Symbol.dispose](),
    );
    return resource;
  }

  /** Runs `disposal` when this disposer is disposed. */
  defer(disposal: () => void | PromiseLike<void>): void {
    this.#disposals.push(disposal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const disposal of this.#disposals.splice(0).reverse()) {
      try {
        await disposal();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some resources did not close');
  }
}
