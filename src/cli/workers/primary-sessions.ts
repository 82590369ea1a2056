import type { StoreQuestion } from '../../auth/sessions/asked-store.ts';
import type { Cancellation } from '../../lib/cancellation.ts';
import { Deadline } from '../../lib/deadline.ts';
import type { Channel } from './answer-calls.ts';
import { isCall, type PrimaryCalls } from './calls.ts';
import { OpenCalls } from './open-calls.ts';

/** How long an answer may take, in milliseconds: nobody knows who calls as long as it is missing. */
const timeoutMs = 2_000;
/** Most questions without an answer. They are kept until the other process reads them. */
const mostOpen = 10_000;

/** The sessions of all workers, as one of them asks the process that has them. */
export class PrimarySessions {
  readonly #calls: OpenCalls<PrimaryCalls>;

  constructor(channel: Channel) {
    // What cannot be sent has no answer: without the other process, this one ends, too.
    this.#calls = new OpenCalls((call) => channel.send?.(call, () => {}));
    channel.on('message', (message) => {
      if (!isCall(message)) this.#calls.settle(message);
    });
  }

  /** Throws where no answer comes in time, or too many are awaited already. */
  async ask(question: StoreQuestion, signal: Cancellation): Promise<unknown> {
    if (this.#calls.size >= mostOpen) throw new Error(`${mostOpen} questions have no answer yet`);
    using limit = new Deadline(signal, timeoutMs, late);
    return await this.#calls.ask('sessions', question, limit.signal);
  }
}

function late(): Error {
  return new Error(`The process that has the sessions did not answer within ${timeoutMs} ms`);
}
