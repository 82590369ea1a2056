import { isObject } from '../lib/own.ts';

const quote = 0x22;
const backslash = 0x5c;
/** `[` and `{` differ in this bit alone, and so do `]` and `}`. */
const kind = 0x20;
const opening = 0x7b;
const closing = 0x7d;

/**
 * True where JSON has more than `most` objects and lists within each other, before it is parsed:
 * parsers take a second for millions of them. Whether it is JSON at all does not matter here.
 */
export function isDeeperText(json: Uint8Array, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === quote) {
      at = endOfString(json, at);
    } else if ((byte | kind) === opening) {
      depth += 1;
      if (depth > most) return true;
    } else if ((byte | kind) === closing) {
      depth -= 1;
    }
  }
  return false;
}

/** Where the string ends that begins at `start`. */
function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}

/** The same of a value that came as JSON, which is sooner done. */
export function isDeeper(value: unknown, most: number): boolean {
  if (Array.isArray(value)) {
    if (most === 0) return true;
    for (const item of value) if (isBranch(item) && isDeeper(item, most - 1)) return true;
    return false;
  }
  if (!isObject(value)) return false;
  if (most === 0) return true;
  // What came as JSON inherits nothing that could be enumerated.
  for (const key in value) if (isBranch(value[key]) && isDeeper(value[key], most - 1)) return true;
  return false;
}

/** Most values are not: for them, no function is called. */
function isBranch(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
