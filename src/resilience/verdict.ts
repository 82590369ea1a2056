/**
 * Whether an attempt may be made once more: what changes nothing, such as a query, always may where
 * it is `repeatable`; what was never sent may be whatever it is.
 */
export type RetryRule = 'never' | 'repeatable' | 'unsent';

/** What the end of an attempt says of the upstream that it was made at. */
export interface Verdict {
  /** What it counts as; `nothing` where the upstream had no part in it, as with a client's abort. */
  readonly counts: 'success' | 'failure' | 'nothing';
  readonly retry: RetryRule;
  /** How long the upstream asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** An answer, or anything else by which the upstream showed that it is well. */
export const fine: Verdict = { counts: 'success', retry: 'never' };
/** An end that says nothing. */
export const unrelated: Verdict = { counts: 'nothing', retry: 'never' };
/** A call that was not let through, and so was never sent. */
export const refused: Verdict = { counts: 'nothing', retry: 'never' };
/** A call that was not let through to one target, and may be made at another. */
export const elsewhere: Verdict = { counts: 'nothing', retry: 'unsent' };

/** Tells what the ends of attempts at one upstream mean; there is one for each kind of call. */
export interface Judge<Answer> {
  /** Of an answer: called for each, so `fine` has to be found fast. */
  answered(answer: Answer): Verdict;
  /** Of an error, other than the reason of an abort from above. */
  failed(thrown: unknown): Verdict;
}
