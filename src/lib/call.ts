import { type Cancellation, toAbortSignal } from './cancellation.ts';

/**
 * Work that ends with an answer, an error, or the abort of `signal`. It does not throw: an error is
 * a promise that is rejected. (So layers may follow it by `then`, which takes a third of what an
 * async function does: a request passes some fifty of them.)
 */
export type Call<Request, Answer> = (request: Request, signal: Cancellation) => Promise<Answer>;

/** What is there already, or will be. */
export type Awaitable<Value> = Value | Promise<Value>;

/** Wraps a call. It knows `next` and its own arguments, nothing else. */
export type Layer<Request, Answer> = (next: Call<Request, Answer>) => Call<Request, Answer>;

/** `layers[0]` is outermost: it sees the request first and the answer last. */
export function layered<Request, Answer>(
  innermost: Call<Request, Answer>,
  layers: readonly Layer<Request, Answer>[],
): Call<Request, Answer> {
  return layers.reduceRight((next, layer) => layer(next), innermost);
}

/** A call as those outside know it. */
export type PublicCall<Request, Answer> = (
  request: Request,
  signal: AbortSignal,
) => Promise<Answer>;

/** A layer that somebody else wrote. */
export type PublicLayer<Request, Answer> = (
  next: PublicCall<Request, Answer>,
) => PublicCall<Request, Answer>;

/** Gives somebody else's layers the signals that they were promised. */
export function fromOutside<Request, Answer>(
  layers: readonly PublicLayer<Request, Answer>[],
): readonly Layer<Request, Answer>[] {
  return layers.map((layer) => (next) => {
    const call = layer(next);
    // What it throws at once is rejected.
    return async (request, signal) => call(request, toAbortSignal(signal));
  });
}
