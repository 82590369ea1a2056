/** Text that JSON holds as it is (RFC 8259, section 7), without halves of surrogate pairs. */
const plain = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** `text` as a JSON string, as `JSON.stringify` writes it, but sooner where nothing is to escape. */
export function jsonString(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}
