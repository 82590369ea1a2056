import { setImmediate } from 'node:timers/promises';

/** Work that can pause at each `yield`; it returns its result. */
export type Steps<Result> = Generator<undefined, Result>;

/** Does all of it at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Does it in slices of about `sliceMs`, between which the thread is free for other work. */
export async function inSlices<Result>(
  steps: Steps<Result>,
  sliceMs: number,
  now = () => performance.now(),
): Promise<Result> {
  for (;;) {
    const untilMs = now() + sliceMs;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (now() < untilMs);
    await setImmediate();
  }
}
