import type { Steps } from '../lib/in-slices.ts';
import { type JsonObject, setOwn } from '../lib/own.ts';

/** Bytes that are looked at, or parsed, in one step: a millisecond's work or two. */
const stepBytes = 131_072;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
/** `[` and `{` differ in this bit alone, and so do `]` and `}`. */
const kind = 0x20;
const opening = 0x7b;
const closing = 0x7d;

/** Members that are parsed together, or one whose list or object, `branch`, is too long for that. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly branch: Branch | undefined;
}

/** A list or object that is too long to be parsed at once: parts between some of its commas. */
interface Branch {
  readonly isList: boolean;
  /** Behind its bracket. */
  readonly from: number;
  /** The bracket that closes it. */
  to: number;
  readonly parts: Part[];
}

/** A list or object that the scan is in. */
interface Open extends Branch {
  /** Where the next part begins, and the member that the scan is in. */
  part: number;
  member: number;
  /** What is too long in this member. */
  branch: Branch | undefined;
}

/**
 * What `JSON.parse` makes of a long text in UTF-8, in steps: the text is cut between members, and
 * `JSON.parse` reads the pieces. Throws a `SyntaxError` where that would, and a `RangeError` for
 * more than `most` lists and objects within each other.
 */
export function* parseLong(json: Buffer, most: number, pieceBytes = stepBytes): Steps<unknown> {
  const whole = yield* build(json, yield* scan(json, most, pieceBytes));
  if (Array.isArray(whole) && whole.length === 1) return whole[0];
  throw new SyntaxError('This is not one value');
}

function* scan(json: Buffer, most: number, pieceBytes: number): Steps<Branch> {
  const cuts = new Cuts(json, most, pieceBytes);
  while (!cuts.findOn()) yield;
  return cuts.whole;
}

/** Finds where to cut. The text is taken for what is within a list. */
class Cuts {
  readonly whole = begun(0, true);
  readonly #json: Buffer;
  readonly #most: number;
  readonly #pieceBytes: number;
  readonly #stack: Open[] = [];
  #open = this.whole;
  #at = 0;

  constructor(json: Buffer, most: number, pieceBytes: number) {
    this.#json = json;
    this.#most = most;
    this.#pieceBytes = pieceBytes;
  }

  /** Looks at the next piece; true at the end. */
  findOn(): boolean {
    const json = this.#json;
    const until = Math.min(json.length, this.#at + stepBytes);
    let at = this.#at;
    for (; at < until; at += 1) {
      const byte = json[at] ?? 0;
      if (byte === quote) at = endOfString(json, at);
      else if (byte === comma) this.#pass(at);
      else if ((byte | kind) === opening) this.#enter(at, byte !== opening);
      else if ((byte | kind) === closing) this.#leave(at, byte !== closing);
    }
    this.#at = at;
    if (at < json.length) return false;
    if (this.#stack.length > 0) throw new SyntaxError('A bracket is not closed');
    cut(this.whole, json.length);
    return true;
  }

  #pass(at: number): void {
    const open = this.#open;
    if (open.branch !== undefined || at - open.part > this.#pieceBytes) cut(open, at);
    open.member = at + 1;
  }

  #enter(at: number, isList: boolean): void {
    this.#stack.push(this.#open);
    if (this.#stack.length > this.#most) throw new RangeError('JSON is nested too deeply');
    this.#open = begun(at + 1, isList);
  }

  #leave(at: number, isList: boolean): void {
    const parent = this.#stack.pop();
    if (parent === undefined) throw new SyntaxError('A bracket closes nothing');
    if (at - this.#open.from > this.#pieceBytes) hang(this.#open, at, isList, parent);
    this.#open = parent;
  }
}

function begun(from: number, isList: boolean): Open {
  return { isList, from, to: from, parts: [], part: from, member: from, branch: undefined };
}

/** Longer strings are searched in another way, which takes longer to begin. */
const usualString = 64;

/** Where the string ends that begins at `start`. */
function endOfString(json: Buffer, start: number): number {
  const most = start + usualString;
  let at = start + 1;
  while (at < most && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at < most ? at : endOfLongString(json, at);
}

function endOfLongString(json: Buffer, from: number): number {
  for (let at = json.indexOf(quote, from); at !== -1; at = json.indexOf(quote, at + 1)) {
    let first = at;
    while (first > from && json[first - 1] === backslash) first -= 1;
    if ((at - first) % 2 === 0) return at;
  }
  return json.length;
}

/** Ends a part at a comma, or at the end of its list or object. */
function cut(open: Open, to: number): void {
  open.parts.push({ from: open.part, to, branch: open.branch });
  open.part = to + 1;
  open.branch = undefined;
}

/** What was `open` is too long to be parsed at once: it is a part of its own. */
function hang(open: Open, to: number, isList: boolean, parent: Open): void {
  if (open.isList !== isList || parent.branch !== undefined) {
    throw new SyntaxError('Brackets do not match');
  }
  cut(open, to);
  open.to = to;
  if (parent.member > parent.part) cut(parent, parent.member - 1);
  parent.branch = open;
}

function* build(json: Buffer, { isList, parts }: Branch): Steps<unknown> {
  const list: unknown[] = [];
  const object: JsonObject = {};
  for (const { from, to, branch } of parts) {
    const end = branch === undefined ? to : branch.from - 1;
    const text = json.toString('utf8', from, end);
    const key = branch && keyOf(text, isList);
    if (branch === undefined) {
      const count = addAll(isList ? list : object, text);
      if (count === 0 && parts.length > 1) throw new SyntaxError('A comma has nothing beside it');
    } else {
      if (!isBlank(json.toString('utf8', branch.to + 1, to))) throw new SyntaxError('No comma');
      const value = yield* build(json, branch);
      if (key === undefined) list.push(value);
      else setOwn(object, key, value);
    }
    yield;
  }
  return isList ? list : object;
}

/** Parses members, adds them, and says how many there are. */
function addAll(target: unknown[] | JsonObject, text: string): number {
  if (Array.isArray(target)) {
    const items: unknown[] = JSON.parse(`[${text}]`);
    for (const item of items) target.push(item);
    return items.length;
  }
  const members: JsonObject = JSON.parse(`{${text}}`);
  const keys = Object.keys(members);
  for (const key of keys) setOwn(target, key, members[key]);
  return keys.length;
}

/** What stands before a value: the key in an object, nothing in a list. */
function keyOf(text: string, isList: boolean): string | undefined {
  if (!isList) return Object.keys(JSON.parse(`{${text}0}`))[0];
  if (isBlank(text)) return undefined;
  throw new SyntaxError('No comma');
}

function isBlank(text: string): boolean {
  return /^[ \t\n\r]*$/.test(text);
}
