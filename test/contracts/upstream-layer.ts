import { expect, test } from '@jest/globals';
import type { Call, Layer } from '../../src/lib/call.ts';
import { Canceller } from '../../src/lib/cancellation.ts';
import { WatchedCanceller } from '../harness/watched-canceller.ts';

/** A layer, and what it is tried with. */
export interface LayerFixture<Request, Answer> {
  readonly layer: Layer<Request, Answer>;
  readonly request: Request;
  /** A good answer, a new one each time. */
  readonly answer: () => Answer;
  /** Throws unless nothing is under way or remembered of calls that have ended. */
  readonly assertIdle?: () => void;
}

const manyCalls = 1_000;

/** What is relied on of each layer round a call, whatever is called: a subgraph or a REST target. */
export function upstreamLayerContract<Request, Answer>(
  open: () => LayerFixture<Request, Answer>,
): void {
  test('passes the request on and the answer back, as they are', async () => {
    const { layer, request, answer } = open();
    const given = answer();
    const seen: Request[] = [];
    const call = layer(async (asked) => {
      seen.push(asked);
      return given;
    });
    expect(await call(request, new Canceller())).toBe(given);
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen[0])).toBe(JSON.stringify(request));
  });

  test('passes an error that it does not know back, as it is, after one attempt', async () => {
    const { layer, request, assertIdle } = open();
    const failure = new TypeError('a mistake in the code');
    let attempts = 0;
    const call = layer(() => {
      attempts += 1;
      return Promise.reject(failure);
    });
    await expect(call(request, new Canceller())).rejects.toBe(failure);
    expect(attempts).toBe(1);
    assertIdle?.();
  });

  test('passes an abort on with its reason, and ends with it', async () => {
    const { layer, request, assertIdle } = open();
    const caller = new Canceller();
    const reason = new Error('The client has left');
    const call = layer(untilAborted);
    const ended = expect(call(request, caller)).rejects.toBe(reason);
    caller.abort(reason);
    await ended;
    assertIdle?.();
  });

  test('refuses what was given up before it began, or has the call see it', async () => {
    const { layer, request, assertIdle } = open();
    const caller = new Canceller();
    const reason = new Error('The client had left');
    caller.abort(reason);
    await expect(layer(untilAborted)(request, caller)).rejects.toBe(reason);
    assertIdle?.();
  });

  test(`keeps nothing of ${manyCalls} calls that were answered, failed or given up`, async () => {
    const { layer, request, answer, assertIdle } = open();
    const caller = new WatchedCanceller();
    const failing = new TypeError('a mistake in the code');
    const ends: readonly Call<Request, Answer>[] = [
      async () => answer(),
      () => Promise.reject(failing),
    ];
    let at = 0;
    const call = layer((asked, signal) => {
      at += 1;
      return ends[at % ends.length]?.(asked, signal) ?? untilAborted(asked, signal);
    });
    const given = layer(untilAborted);
    for (let done = 0; done < manyCalls; done += 1) {
      await call(request, caller).catch(() => undefined);
      const own = new WatchedCanceller();
      const ended = given(request, own).catch(() => undefined);
      own.abort();
      await ended;
    }
    expect(caller.listeners).toBe(0);
    assertIdle?.();
  });

  test('keeps calls that are under way at once apart', async () => {
    const { layer, request, answer, assertIdle } = open();
    const caller = new Canceller();
    const other = new Canceller();
    const call = layer((asked, signal) =>
      Promise.race([untilAborted<Answer>(asked, signal), Promise.resolve().then(answer)]),
    );
    const staying = call(request, caller);
    const leaving = call(request, other).catch((thrown: unknown) => thrown);
    other.abort(new Error('The client has left'));
    expect(JSON.stringify(await staying)).toBe(JSON.stringify(answer()));
    await leaving;
    assertIdle?.();
  });
}

/** A call that has no answer, and ends as its signal says. */
function untilAborted<Answer>(
  _request: unknown,
  signal: Parameters<Call<unknown, Answer>>[1],
): Promise<Answer> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}
