import { getOwn, isObject, type JsonObject, setOwn } from '../lib/own.ts';
import { BySoleKey } from './by-sole-key.ts';
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
  representation: Representation,
  shared: Set<unknown>,
): readonly JsonObject[] {
  const last = path.at(-1);
  if (last === undefined || last === '@') return objectsAt(data, path);
  const objects: JsonObject[] = [];
  const references = new BySoleKey<JsonObject>(representation);
  for (const holder of objectsAt(data, path.slice(0, -1))) {
    const object = getOwn(holder, last);
    const isReference = isObject(object) && Object.keys(object).length === referenceKeys;
    const first = isReference ? references.get(object) : undefined;
    if (first === undefined || first === object) {
      if (isReference) references.set(object, object);
      gather(object, objects);
    } else {
      setOwn(holder, last, first);
      shared.add(first);
    }
  }
  return withoutRepeats(objects);
}

/** The type and the key: an object that has more brings more than a reference. */
const referenceKeys = 2;
