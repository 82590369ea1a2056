/**
 * What makes requests unlike each other: a name that is an argument, a header, or an alias. All
 * have one length, so that a request is put together without counting its bytes again.
 */
export function token(number: number): string {
  return `r${String(number).padStart(12, '0')}`;
}

/** Stands for a request's token in texts that are the same for all requests. */
export const placeholder = token(0);
