/** Work that ends with an answer, an error, or the abort of `signal`. */
export type Call<Request, Answer> = (request: Request, signal: AbortSignal) => Promise<Answer>;

/** Wraps a call. It knows `next` and its own arguments, nothing else. */
export type Layer<Request, Answer> = (next: Call<Request, Answer>) => Call<Request, Answer>;

/** `layers[0]` is outermost: it sees the request first and the answer last. */
export function layered<Request, Answer>(
  innermost: Call<Request, Answer>,
  layers: readonly Layer<Request, Answer>[],
): Call<Request, Answer> {
  return layers.reduceRight((next, layer) => layer(next), innermost);
}
