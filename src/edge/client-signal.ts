import type { ServerResponse } from 'node:http';
import { GatewayError } from '../errors.ts';
import { type Cancellation, Canceller } from '../lib/cancellation.ts';

/** Aborts when the client leaves before it has its whole reply. Dispose it when the work settles. */
export class ClientSignal implements Disposable {
  readonly #response: ServerResponse;
  readonly #controller = new Canceller();

  constructor(response: ServerResponse) {
    this.#response = response;
    if (response.destroyed) this.#onClose();
    else response.on('close', this.#onClose);
  }

  get signal(): Cancellation {
    return this.#controller;
  }

  readonly #onClose = (): void => {
    if (this.#response.writableFinished) return;
    const message = 'The client closed the connection before it was answered';
    this.#controller.abort(new GatewayError('CLIENT_CLOSED_REQUEST', message));
  };

  [Symbol.dispose](): void {
    this.#response.off('close', this.#onClose);
  }
}
