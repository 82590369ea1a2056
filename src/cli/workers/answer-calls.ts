import { type AnswerMessage, type CallMessage, type Calls, told } from './calls.ts';

/** Does what the process that started this one asks for, and tells it what came of it. */
export function answerCalls(calls: Calls): void {
  process.on('message', async ({ id, name, given }: CallMessage) => {
    const answer = await outcome(() => calls[name](given as never));
    // Without a channel there is nobody left to tell.
    process.send?.({ id, ...answer } satisfies AnswerMessage, () => {});
  });
}

async function outcome(work: () => unknown): Promise<Omit<AnswerMessage, 'id'>> {
  try {
    return { answer: await work() };
  } catch (thrown) {
    return { failed: told(thrown) };
  }
}
