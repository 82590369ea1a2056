/**
 * Milliseconds of a `Retry-After` header, in either form: seconds, or an HTTP date (RFC 9110,
 * section 10.2.3). Undefined for anything else.
 */
export function parseRetryAfter(value: string | undefined, now = Date.now): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1_000;
  // A date has the name of a day, which keeps out what else `Date.parse` takes for one.
  const at = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now());
}
