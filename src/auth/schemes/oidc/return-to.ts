/** Longest place to return to, in characters: it travels in a cookie. */
const longest = 1_000;

/**
 * A path of this origin that a browser may be sent to. Undefined for all else: browsers take `//`
 * and `/\` for another host, and drop tabs and line breaks on the way (URL Standard, section 4.4).
 */
export function localPath(text: string): string | undefined {
  const isLocal = text.length <= longest && /^\/(?![/\\])[!-[\]-~]*$/.test(text);
  return isLocal ? text : undefined;
}
