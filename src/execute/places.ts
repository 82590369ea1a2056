import { getOwn, isObject, type JsonObject } from '../lib/own.ts';
import type { TypeConditions } from './type-conditions.ts';

export type Path = readonly (string | number)[];

/** An object of the data so far, and where it stands. */
export interface Place {
  readonly object: JsonObject;
  /** In the plan's own keys. */
  readonly path: Path;
}

/** One step of a plan's path: a key, `@` for the items of a list, and the types to go on with. */
interface Step {
  readonly key: string;
  readonly types: readonly string[] | undefined;
}

const stepPattern = /^(.*?)(?:\|\[(.*)\])?$/;

/** Every object at the end of `path`, which is written as plans write it: `products.@.reviews`. */
export function placesAt(
  data: JsonObject,
  path: readonly (string | number)[],
  types: TypeConditions,
): readonly Place[] {
  const places: Place[] = [];
  walk(data, path.map(parseStep), [], types, places);
  return places;
}

function parseStep(element: string | number): Step {
  const [, key = '', list] = stepPattern.exec(String(element)) ?? [];
  return { key, types: list?.split(',') };
}

function walk(
  value: unknown,
  steps: readonly Step[],
  path: Path,
  types: TypeConditions,
  places: Place[],
): void {
  const [step, ...rest] = steps;
  if (step === undefined) {
    collect(value, path, places);
  } else if (step.key === '@') {
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) {
      if (applies(item, step, types)) walk(item, rest, [...path, index], types, places);
    }
  } else if (isObject(value)) {
    const next = step.key === '' ? value : getOwn(value, step.key);
    const at = step.key === '' ? path : [...path, step.key];
    if (applies(next, step, types)) walk(next, rest, at, types, places);
  }
}

function applies(value: unknown, step: Step, types: TypeConditions): boolean {
  if (step.types === undefined) return true;
  if (Array.isArray(value)) return true;
  return isObject(value) && step.types.some((condition) => types.matches(value, condition));
}

/** A list at the end of a path stands for its items, however deep they lie. */
function collect(value: unknown, path: Path, places: Place[]): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collect(item, [...path, index], places);
  } else if (isObject(value)) {
    places.push({ object: value, path });
  }
}
