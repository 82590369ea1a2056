import { isObject, type JsonObject, setOwn } from './own.ts';

/** A copy of a value that came as JSON, some ten times as fast as `structuredClone`. */
export function cloneJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cloneJson);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setOwn(copy, key, cloneJson(value[key]));
  return copy;
}
