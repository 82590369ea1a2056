import { getOwn, isObject, type JsonObject } from '../lib/own.ts';

export type Path = readonly (string | number)[];

/** A name for where a path leads: all items of a list are one place. */
export function placeOf(path: Path): string {
  return path.filter((key) => typeof key === 'string').join('\0');
}

/**
 * A path as plans have it: keys, and `@` for the items of a list. (Types on the way, such as in
 * `pets.@|[Dog]`, belong to type conditioned fetching, which the planner is not told to do.)
 */
export type PlanPath = readonly string[];

/** The keys on the way of a plan's path: all items of a list are one place. */
export function keysIn(steps: PlanPath): readonly string[] {
  return steps.filter((step) => step !== '@');
}

/** An object of the data so far, and where it stands. */
export interface Place {
  readonly object: JsonObject;
  /** In the plan's own keys. */
  readonly path: Path;
}

/**
 * Every object at the end of a path, once, however many places lead to it. A list at the end of
 * a path stands for its items, however deep they lie.
 */
export function objectsAt(data: JsonObject, steps: PlanPath): readonly JsonObject[] {
  let values: unknown[] = [data];
  let mayRepeat = false;
  for (const step of steps) {
    // What is in a list is in no other one: lists that differ have items that differ.
    if (step === '@') values = opened(mayRepeat ? withoutRepeats(values) : values);
    else values = membersOf(values, step);
    mayRepeat = step !== '@';
  }
  const objects: JsonObject[] = [];
  for (const value of mayRepeat ? withoutRepeats(values) : values) gather(value, objects);
  return objects;
}

function opened(values: readonly unknown[]): unknown[] {
  const items: unknown[] = [];
  for (const value of values) if (Array.isArray(value)) for (const item of value) items.push(item);
  return items;
}

function membersOf(values: readonly unknown[], key: string): unknown[] {
  const members: unknown[] = [];
  for (const value of values) {
    const member = isObject(value) ? getOwn(value, key) : undefined;
    if (typeof member === 'object' && member !== null) members.push(member);
  }
  return members;
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
export function placesAt(data: JsonObject, steps: PlanPath): readonly Place[] {
  const places: Place[] = [];
  walk(data, steps, 0, [], places);
  return places;
}

function walk(value: unknown, steps: PlanPath, at: number, path: Path, places: Place[]): void {
  const step = steps[at];
  if (step === undefined) {
    collect(value, path, places);
  } else if (step === '@') {
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) {
      walk(item, steps, at + 1, [...path, index], places);
    }
  } else if (isObject(value)) {
    walk(getOwn(value, step), steps, at + 1, [...path, step], places);
  }
}

function collect(value: unknown, path: Path, places: Place[]): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collect(item, [...path, index], places);
  } else if (isObject(value)) {
    places.push({ object: value, path });
  }
}
