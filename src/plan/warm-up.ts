import { setImmediate } from 'node:timers/promises';
import type { Log } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { Deadline } from '../lib/deadline.ts';
import type { Documents } from '../operation/documents.ts';
import { chooseOperation, type Operation } from '../operation/operation.ts';
import type { PlanningOptions } from './options.ts';
import type { Plans, UsedOperation } from './plans.ts';

/** What plans are made for. */
export interface WarmUpTarget {
  readonly documents: Documents;
  readonly plans: Plans;
  /** Says what of an operation is left for whom. */
  readonly authorization?:
    | {
        leftFor(operation: Operation, requirements: readonly string[]): Operation;
      }
    | undefined;
}

/** What became of the operations that were to be planned. */
export interface WarmUpOutcome {
  readonly planned: number;
  /** Those that are not valid any longer or cannot be planned, and those that time did not allow. */
  readonly skipped: number;
}

/**
 * Checks and plans `operations` for a supergraph that is not served yet, one after the other: it
 * takes the time that those who are served leave. It ends early, without an error, when `signal`
 * aborts.
 */
export async function warmUp(
  next: WarmUpTarget,
  operations: readonly UsedOperation[],
  signal: Cancellation,
): Promise<WarmUpOutcome> {
  let planned = 0;
  for (const used of operations) {
    if (signal.aborted) break;
    if (await prepare(next, used, signal)) planned += 1;
    // So many documents to check are not to hold up requests.
    await setImmediate();
  }
  return { planned, skipped: operations.length - planned };
}

async function prepare(
  { documents, plans, authorization }: WarmUpTarget,
  used: UsedOperation,
  signal: Cancellation,
): Promise<boolean> {
  try {
    const { document } = documents.check(used.text);
    const whole = chooseOperation(document, used.operationName);
    const operation = (used.met && authorization?.leftFor(whole, used.met)) ?? whole;
    await plans.prepare(operation, used, signal);
    return true;
  } catch (thrown) {
    if (thrown instanceof GatewayError || signal.aborted) return false;
    throw thrown;
  }
}

/** Texts that are known before anybody asks for them. */
export interface KnownTexts {
  readonly texts: Iterable<string>;
}

export interface BackgroundSetup {
  /** The texts as they are, then those that take their places; ends when `signal` aborts. */
  readonly lists: (signal: AbortSignal) => AsyncIterable<KnownTexts>;
  /** How much of each list is planned. */
  readonly bounds: PlanningOptions['warmUp'];
  readonly log: Log;
}

/** Plans known texts beside requests, one at a time, until it is disposed. */
export class BackgroundWarmUp implements AsyncDisposable {
  readonly #target: WarmUpTarget;
  readonly #setup: BackgroundSetup;
  readonly #life = new AbortController();
  readonly #work: Promise<void>;

  constructor(target: WarmUpTarget, setup: BackgroundSetup) {
    this.#target = target;
    this.#setup = setup;
    this.#work = this.#run();
  }

  async #run(): Promise<void> {
    const { lists, log } = this.#setup;
    const { signal } = this.#life;
    try {
      for await (const { texts } of lists(signal)) await this.#warmUp(texts);
    } catch (err) {
      if (!signal.aborted) log.error({ err }, 'Trusted documents are not planned any longer');
    }
  }

  async #warmUp(texts: Iterable<string>): Promise<void> {
    const { bounds, log } = this.#setup;
    const { signal } = this.#life;
    const operations = [...texts].slice(0, bounds.operations).map((text): UsedOperation => {
      return { text, operationName: undefined, overrides: [], uses: 0 };
    });
    using limit = new Deadline(signal, bounds.timeout);
    const outcome = await warmUp(this.#target, operations, limit.signal);
    if (!signal.aborted) log.info(outcome, 'Trusted documents were planned');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort();
    await this.#work;
  }
}
