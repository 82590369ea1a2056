import { setTimeout as wait } from 'node:timers/promises';
import { toAbortSignal } from '../../lib/cancellation.ts';
import { Deadline } from '../../lib/deadline.ts';
import type { TargetState } from '../balance/target-state.ts';
import type { HealthOptions } from './options.ts';

export interface HealthCheckSetup {
  readonly target: TargetState;
  readonly options: Pick<HealthOptions, 'every' | 'timeout' | 'fall' | 'rise'>;
  /** Settles with whether the target is well; what it throws means that it is not. */
  readonly ask: (signal: AbortSignal) => Promise<boolean>;
  /** Is told of each change. */
  readonly changed: (target: TargetState) => void;
  readonly random?: () => number;
}

/** Asks a target again and again whether it is well, until it is disposed. */
export class HealthCheck implements AsyncDisposable {
  readonly #setup: HealthCheckSetup;
  readonly #life = new AbortController();
  readonly #running: Promise<void>;
  #inARow = 0;

  constructor(setup: HealthCheckSetup) {
    this.#setup = setup;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const { signal } = this.#life;
    while (!signal.aborted) {
      const isWell = await this.#ask();
      if (signal.aborted) return;
      this.#take(isWell);
      await wait(this.#pauseMs(), undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #ask(): Promise<boolean> {
    const { ask, options } = this.#setup;
    using limit = new Deadline(this.#life.signal, options.timeout);
    try {
      return (await ask(toAbortSignal(limit.signal))) && !limit.expired;
    } catch {
      return false;
    }
  }

  /** Only so many answers in a row that say otherwise make a change. */
  #take(isWell: boolean): void {
    const { target, options, changed } = this.#setup;
    this.#inARow = isWell === target.isHealthy ? 0 : this.#inARow + 1;
    if (this.#inARow < (isWell ? options.rise : options.fall)) return;
    if (target.setHealthy(isWell)) changed(target);
    this.#inARow = 0;
  }

  /** Many gateways do not ask at the same moment. */
  #pauseMs(): number {
    const { options, random = Math.random } = this.#setup;
    return options.every * (0.9 + 0.2 * random());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort();
    await this.#running;
  }
}
