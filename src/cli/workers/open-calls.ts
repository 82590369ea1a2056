import type { Cancellation } from '../../lib/cancellation.ts';
import { type AnswerMessage, type Callable, type CallMessage, thrownFrom } from './calls.ts';

/** Calls to another process that have no answer yet. */
export class OpenCalls<All extends Callable<All>> {
  readonly #send: (call: CallMessage) => void;
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  constructor(send: (call: CallMessage) => void) {
    this.#send = send;
  }

  /** How many there are, those included for which nobody waits any longer. */
  get size(): number {
    return this.#open.size;
  }

  /** Settles with the answer, or throws the reason of `signal`. */
  async ask<Name extends keyof All>(
    name: Name,
    given: Parameters<All[Name]>[0],
    signal: Cancellation,
  ): Promise<Awaited<ReturnType<All[Name]>>> {
    signal.throwIfAborted();
    const id = this.#calls++;
    const asked = Promise.withResolvers<unknown>();
    this.#send({ id, name, given });
    this.#open.set(id, asked);
    const leave = (): void => asked.reject(signal.reason);
    signal.addEventListener('abort', leave);
    try {
      return (await asked.promise) as Awaited<ReturnType<All[Name]>>;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  settle({ id, answer, failed }: AnswerMessage): void {
    const asked = this.#open.get(id);
    this.#open.delete(id);
    if (failed === undefined) asked?.resolve(answer);
    else asked?.reject(thrownFrom(failed));
  }

  /** There will be no more answers. */
  end(reason: unknown): void {
    for (const { reject } of this.#open.values()) reject(reason);
    this.#open.clear();
  }
}
