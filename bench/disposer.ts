/** Disposes what it was given, the last first. */
export class Disposer implements AsyncDisposable {
  readonly #owned: AsyncDisposable[] = [];

  use<Owned extends AsyncDisposable>(owned: Owned): Owned {
    this.#owned.push(owned);
    return owned;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const owned of this.#owned.splice(0).reverse()) await owned[Symbol.asyncDispose]();
  }
}
