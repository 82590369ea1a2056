import { getOwn, isObject, type JsonObject } from '../lib/own.ts';
import type { TypeConditions } from './type-conditions.ts';

export type Path = readonly (string | number)[];

/** A name for where a path leads: all items of a list are one place. */
export function placeOf(path: Path): string {
  return path.filter((key) => typeof key === 'string').join('\0');
}

/** The keys on the way of a plan's path: all items of a list are one place. */
export function keysIn(steps: readonly PathStep[]): readonly string[] {
  return steps.flatMap(({ key }) => (key === '@' || key === '' ? [] : [key]));
}

/** An object of the data so far, and where it stands. */
export interface Place {
  readonly object: JsonObject;
  /** In the plan's own keys. */
  readonly path: Path;
}

/** One step of a plan's path: a key, `@` for the items of a list, and the types to go on with. */
export interface PathStep {
  readonly key: string;
  readonly types: readonly string[] | undefined;
}

const stepPattern = /^(.*?)(?:\|\[(.*)\])?$/;

/** Reads a path as plans write it: `products.@.reviews`, `pets.@|[Dog,Cat]`. */
export function pathSteps(path: readonly (string | number)[]): readonly PathStep[] {
  return path.map((element) => {
    const [, key = '', list] = stepPattern.exec(String(element)) ?? [];
    return { key, types: list?.split(',') };
  });
}

/**
 * Every object at the end of a path, once, however many places lead to it. A list at the end of
 * a path stands for its items, however deep they lie.
 */
export function objectsAt(
  data: JsonObject,
  steps: readonly PathStep[],
  types: TypeConditions,
): readonly JsonObject[] {
  let values: unknown[] = [data];
  for (const step of steps) {
    const next: unknown[] = [];
    for (const value of values) advance(value, step, types, next);
    values = withoutRepeats(next);
  }
  const objects: JsonObject[] = [];
  for (const value of values) gather(value, objects);
  return withoutRepeats(objects);
}

function advance(value: unknown, step: PathStep, types: TypeConditions, next: unknown[]): void {
  if (step.key === '@') {
    if (!Array.isArray(value)) return;
    for (const item of value) if (applies(item, step, types)) next.push(item);
  } else if (isObject(value)) {
    const member = step.key === '' ? value : getOwn(value, step.key);
    if (typeof member === 'object' && applies(member, step, types)) next.push(member);
  }
}

function gather(value: unknown, objects: JsonObject[]): void {
  if (Array.isArray(value)) for (const item of value) gather(item, objects);
  else if (isObject(value)) objects.push(value);
}

/** One value needs no look; of two or more, some may be the same entity at several places. */
function withoutRepeats<Value>(values: Value[]): Value[] {
  if (values.length < 2) return values;
  const unique = new Set(values);
  return unique.size === values.length ? values : [...unique];
}

/** Every place at the end of a path: the same object may stand at several of them. */
export function placesAt(
  data: JsonObject,
  steps: readonly PathStep[],
  types: TypeConditions,
): readonly Place[] {
  const places: Place[] = [];
  walk(data, steps, 0, [], types, places);
  return places;
}

function walk(
  value: unknown,
  steps: readonly PathStep[],
  at: number,
  path: Path,
  types: TypeConditions,
  places: Place[],
): void {
  const step = steps[at];
  if (step === undefined) {
    collect(value, path, places);
  } else if (step.key === '@') {
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) {
      if (applies(item, step, types)) walk(item, steps, at + 1, [...path, index], types, places);
    }
  } else if (isObject(value)) {
    const next = step.key === '' ? value : getOwn(value, step.key);
    const to = step.key === '' ? path : [...path, step.key];
    if (applies(next, step, types)) walk(next, steps, at + 1, to, types, places);
  }
}

function applies(value: unknown, step: PathStep, types: TypeConditions): boolean {
  if (step.types === undefined) return true;
  if (Array.isArray(value)) return true;
  return isObject(value) && step.types.some((condition) => types.matches(value, condition));
}

function collect(value: unknown, path: Path, places: Place[]): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collect(item, [...path, index], places);
  } else if (isObject(value)) {
    places.push({ object: value, path });
  }
}
