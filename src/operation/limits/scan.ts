/** What a text is made of, before it is parsed. */
export interface Scan {
  /** Lexical tokens, and comments. */
  readonly tokens: number;
  /** Brackets of any kind that are open at once. */
  readonly recursion: number;
}

/**
 * Counts the tokens of a document (GraphQL October 2021, section 2.1) without keeping any: far
 * less work than to parse it. It stops as soon as there is more of something than `most` says. Of
 * a text that is no GraphQL the numbers mean little; it is refused later.
 */
export function scan(text: string, most: Scan): Scan {
  let tokens = 0;
  let open = 0;
  let recursion = 0;
  let at = 0;
  while (at < text.length && tokens <= most.tokens && recursion <= most.recursion) {
    const code = text.charCodeAt(at);
    const kind = kindOf(code);
    if (kind !== ignored) {
      tokens += 1;
      if (kind === opening) open += 1;
      else if (kind === closing) open -= 1;
      if (open > recursion) recursion = open;
    }
    at = endOfToken(text, at, kind);
  }
  return { tokens, recursion };
}

// What a character begins. Plain numbers in a table: a text of megabytes is gone through.
const other = 0;
const ignored = 1;
const opening = 2;
const closing = 3;
const letter = 4;
const digit = 5;
const minus = 6;
const dot = 7;
const quote = 8;
const hash = 9;

const kinds = tableOf([
  [ignored, ' \t\n\r,'],
  [opening, '([{'],
  [closing, ')]}'],
  [letter, '_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  [digit, '0123456789'],
  [minus, '-'],
  [dot, '.'],
  [quote, '"'],
  [hash, '#'],
]);

function tableOf(members: readonly (readonly [kind: number, characters: string])[]): Uint8Array {
  const table = new Uint8Array(128);
  for (const [kind, characters] of members) {
    for (const character of characters) table[character.charCodeAt(0)] = kind;
  }
  return table;
}

const byteOrderMark = 0xfeff;
const backslash = 0x5c;

function kindOf(code: number): number {
  if (code < kinds.length) return kinds[code] ?? other;
  return code === byteOrderMark ? ignored : other;
}

/** Where the token, or the ignored character, that begins at `at` is over. */
function endOfToken(text: string, at: number, kind: number): number {
  switch (kind) {
    case letter:
      return endOfName(text, at + 1);
    case digit:
    case minus:
      return endOfNumber(text, at + 1);
    case quote:
      return text.startsWith('"""', at)
        ? endOfBlockString(text, at + 3)
        : endOfString(text, at + 1);
    case hash:
      return endOfLine(text, at + 1);
    case dot:
      return text.startsWith('...', at) ? at + 3 : at + 1;
    default:
      return at + 1;
  }
}

function endOfName(text: string, from: number): number {
  let at = from;
  for (;;) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind !== letter && kind !== digit) return at;
    at += 1;
  }
}

/** Of a number, what follows its sign or first digit. */
const numberRest = /\d*(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function endOfNumber(text: string, from: number): number {
  numberRest.lastIndex = from;
  return numberRest.test(text) ? numberRest.lastIndex : from;
}

function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isLineEnd(text.charCodeAt(at))) at += 1;
  return at;
}

/** A line end is no part of a string: the text is no GraphQL. */
function endOfString(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (kindOf(code) === quote) return at + 1;
    if (isLineEnd(code)) return at;
    at += code === backslash ? 2 : 1;
  }
  return at;
}

function isLineEnd(code: number): boolean {
  return code === 0x0a || code === 0x0d;
}

function endOfBlockString(text: string, from: number): number {
  let end = text.indexOf('"""', from);
  while (end !== -1 && text.charCodeAt(end - 1) === backslash) end = text.indexOf('"""', end + 3);
  return end === -1 ? text.length : end + 3;
}
