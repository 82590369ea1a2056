import { getOwn, isObject, type JsonObject, setOwn } from '../lib/own.ts';
import { gather, objectsAt, type PlanPath, withoutRepeats } from './places.ts';
import type { Representation } from './representations.ts';

/**
 * As `objectsAt`, after equal references to one entity have become one object, which then stands
 * at several places and is added to `shared`: `{ "__typename": "Product", "upc": "1" }` and nothing
 * else. What is selected at one path of a plan is the same for all of them, so they stay equal, and
 * each step that follows looks at one where there were many.
 */
export function unitedAt(
  data: JsonObject,
  path: PlanPath,
  { soleKey }: Representation,
  shared: Set<unknown>,
): readonly JsonObject[] {
  const last = path.at(-1);
  if (last === undefined || last === '@') return objectsAt(data, path);
  const objects: JsonObject[] = [];
  const known = new Map<unknown, Map<unknown, JsonObject>>();
  for (const holder of objectsAt(data, path.slice(0, -1))) {
    const object = getOwn(holder, last);
    const first = isObject(object) ? firstOf(object, soleKey, known) : undefined;
    if (first === undefined || first === object) {
      gather(object, objects);
    } else {
      setOwn(holder, last, first);
      shared.add(first);
    }
  }
  return withoutRepeats(objects);
}

/** The first reference to the same entity; undefined where the object is more than a reference. */
function firstOf(
  object: JsonObject,
  soleKey: Representation['soleKey'],
  known: Map<unknown, Map<unknown, JsonObject>>,
): JsonObject | undefined {
  const typename = getOwn(object, '__typename');
  const key = soleKey(typename);
  if (key === undefined || Object.keys(object).length !== 2) return undefined;
  const value = getOwn(object, key);
  // Objects and lists are equal by what is in them.
  if (value === undefined || typeof value === 'object') return undefined;
  let sameType = known.get(typename);
  if (sameType === undefined) {
    sameType = new Map();
    known.set(typename, sameType);
  }
  const first = sameType.get(value);
  if (first === undefined) sameType.set(value, object);
  return first ?? object;
}
