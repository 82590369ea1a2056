/** What JSON does not hold as it is (RFC 8259, section 7), and halves of surrogate pairs. */
const special = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** From this length on, in characters, `JSON.stringify` is as fast as to look for what is special. */
const long = 64;

/** `text` as a JSON string, as `JSON.stringify` writes it, but sooner where nothing is to escape. */
export function jsonString(text: string): string {
  return text.length >= long || special.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** No JSON has it. */
const nul = 0;

/**
 * The same JSON in one piece: V8 keeps what was put together as a tree of its pieces until
 * somebody looks at a character.
 */
export function inOnePiece(json: string): string {
  // Without a use of what was seen, the look would be left out.
  return json.charCodeAt(0) === nul ? '' : json;
}
