import { type AnswerMessage, type Callable, type CallMessage, isCall, told } from './calls.ts';

/** What both ends of the channel between two processes can do. */
export interface Channel {
  on(event: 'message', listener: (message: CallMessage | AnswerMessage) => void): unknown;
  send?(message: object, sent: (failure: Error | null) => void): unknown;
}

/** Does what the process at the other end asks for, and tells it what came of it. */
export function answerCalls<All extends Callable<All>>(channel: Channel, calls: All): void {
  channel.on('message', async (message) => {
    if (!isCall(message)) return;
    const { id, name, given } = message;
    const call = calls[name as keyof All];
    const answer = await outcome(() => call(given as never));
    // Without a channel there is nobody left to tell.
    channel.send?.({ id, ...answer } satisfies AnswerMessage, () => {});
  });
}

async function outcome(work: () => unknown): Promise<Omit<AnswerMessage, 'id'>> {
  try {
    return { answer: await work() };
  } catch (thrown) {
    return { failed: told(thrown) };
  }
}
