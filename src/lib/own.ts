/**
 * Reads and writes of JSON objects by keys that a stranger chose. A key such as `constructor` or
 * `__proto__` is then a key like any other: nothing is read from, or written to, a prototype.
 */
export type JsonObject = Record<string, unknown>;

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own value under `key`; undefined when it has none. */
export function getOwn(object: Readonly<JsonObject>, key: string): unknown {
  const value = object[key];
  // All that plain objects inherit are functions, which JSON has none of, and `__proto__`.
  const mayBeInherited = typeof value === 'function' || key === '__proto__';
  return mayBeInherited && !Object.hasOwn(object, key) ? undefined : value;
}

/** Makes `value` the object's own under `key`. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    const own = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(object, key, own);
  } else {
    object[key] = value;
  }
}
