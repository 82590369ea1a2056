import { getOwn, isObject, type JsonObject, setOwn } from '../lib/own.ts';
import type { Failures } from './failures.ts';
import type { TypeConditions } from './type-conditions.ts';

/**
 * Adds what a subgraph answered to what is known already, in place.
 * Objects and lists are joined member by member. A null never takes away what another subgraph
 * has given, but `failures` learns that nothing more comes from there. The name of an interface,
 * which is all that an `@interfaceObject` knows of its type, never replaces the name of an object
 * type.
 */
export function merge(
  target: JsonObject,
  source: Readonly<JsonObject>,
  types: TypeConditions,
  failures: Failures,
): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    const known = getOwn(target, key);
    if (key === '__typename' && keepsTypename(known, value, types)) continue;
    setOwn(target, key, merged(known, value, types, failures));
  }
}

function merged(
  known: unknown,
  value: unknown,
  types: TypeConditions,
  failures: Failures,
): unknown {
  if (known === undefined || value === undefined) return value === undefined ? known : value;
  if (known === value) return known;
  if (known === null || value === null) {
    const given = known ?? value;
    failures.passOn(given, 'null');
    return given;
  }
  if (isObject(known) && isObject(value)) {
    merge(known, value, types, failures);
    return known;
  }
  if (Array.isArray(known) && Array.isArray(value) && known.length === value.length) {
    for (const [index, item] of value.entries()) {
      known[index] = merged(known[index], item, types, failures);
    }
    return known;
  }
  return value;
}

function keepsTypename(known: unknown, value: unknown, types: TypeConditions): boolean {
  return typeof known === 'string' && typeof value === 'string' && types.isAbstract(value);
}
