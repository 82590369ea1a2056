import { getOwn, isObject, type JsonObject } from '../lib/own.ts';
import type { ContextVariable } from './context-selection.ts';
import type { Failures, Loss } from './failures.ts';
import type { Path, Place } from './places.ts';
import type { Missing } from './representations.ts';
import type { TypeConditions } from './type-conditions.ts';

/** The contextual values that hold at one place. */
export interface ContextValues {
  /** Equal for places that can be asked for with the same variables. */
  readonly key: string;
  readonly variables: Readonly<JsonObject>;
  /** The variables for which there is nothing to send, and why. */
  readonly lost: ReadonlyMap<string, Loss>;
}

/** What a run knows so far. */
export interface Known {
  readonly data: JsonObject;
  readonly types: TypeConditions;
  readonly failures: Failures;
  /** Takes what stands at several places; undefined where the places are told apart. */
  readonly shared: Set<unknown> | undefined;
}

const onType = /^\.\.\. on (.+)$/;

/** Where nothing is taken from a context. */
export const noContext: ContextValues = { key: '', variables: {}, lost: new Map() };

/**
 * Reads what the entity at `place` takes from the objects above it. What is not there is null, but
 * what a fetch failed to supply is lost: nothing is computed from what nobody knows.
 */
export function contextAt(
  place: Place,
  wanted: readonly ContextVariable[],
  known: Known,
): ContextValues {
  const variables: JsonObject = {};
  const lost = new Map<string, Loss>();
  for (const variable of wanted) {
    const found = firstFound(variable, place, known);
    const loss = lossOf(found, known.failures);
    if (loss === undefined) variables[variable.name] = found?.value ?? null;
    else lost.set(variable.name, loss);
  }
  return { key: JSON.stringify(variables), variables, lost };
}

/** A value, or why there is none. Undefined: the types on the way are not those of the path. */
type Found =
  | { readonly value: unknown; readonly missing?: undefined }
  | { readonly missing: Missing; readonly value?: undefined }
  | undefined;

/**
 * Why there is nothing to send. Where the types are not those of any path, the fields that need the
 * value are not selected: the plan only names them for other places of the same fetch.
 */
function lossOf(found: Found, failures: Failures): Loss | undefined {
  if (found === undefined) return 'null';
  if (found.missing === undefined) return undefined;
  const loss = failures.lossOf(found.missing.object, found.missing.key);
  return loss === 'null' ? undefined : loss;
}

/** The paths of a variable are those of the types that may set the context: one of them applies. */
function firstFound({ paths }: ContextVariable, place: Place, known: Known): Found {
  for (const path of paths) {
    const found = read(known.data, absolute(place.path, path), known.types);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Each `..` leads out of a field, and out of all the lists that are its value. */
function absolute(from: Path, path: readonly string[]): Path {
  const up = path.lastIndexOf('..') + 1;
  const base = [...from];
  for (let left = up; left > 0; left -= 1) {
    while (typeof base.at(-1) === 'number') base.pop();
    base.pop();
  }
  return [...base, ...path.slice(up)];
}

function read(value: unknown, [step, ...rest]: Path, types: TypeConditions): Found {
  if (step === undefined) return { value };
  if (Array.isArray(value)) {
    return typeof step === 'number'
      ? read(value[step], rest, types)
      : readItems(value, [step, ...rest], types);
  }
  if (!isObject(value)) return { value: null };
  const key = String(step);
  const condition = onType.exec(key)?.[1];
  if (condition !== undefined) {
    return types.matches(value, condition) ? read(value, rest, types) : undefined;
  }
  const next = getOwn(value, key);
  return next === undefined ? { missing: { object: value, key } } : read(next, rest, types);
}

/** Of a list, the value of each item. */
function readItems(list: readonly unknown[], path: Path, types: TypeConditions): Found {
  const values: unknown[] = [];
  for (const item of list) {
    const found = read(item, path, types);
    if (found?.missing !== undefined) return found;
    values.push(found?.value ?? null);
  }
  return { value: values };
}
