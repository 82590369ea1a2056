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
  let values: readonly unknown[] = [data];
  let mayRepeat = false;
  for (const step of steps) {
    // What is in a list is in no other one: lists that differ have items that differ.
    if (step === '@') values = opened(mayRepeat ? withoutRepeats(values) : values);
    else values = membersOf(values, step);
    mayRepeat = step !== '@';
  }
  const found = mayRepeat ? withoutRepeats(values) : values;
  if (found.every(isObject)) return found;
  const objects: JsonObject[] = [];
  for (const value of found) gather(value, objects);
  return objects;
}

/** The items of all that are lists: they are read only, since they may be those of the data. */
function opened(values: readonly unknown[]): readonly unknown[] {
  const [only] = values;
  if (values.length === 1) return Array.isArray(only) ? only : [];
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

/** Adds a value that is an object, or those in a list, however deep they lie. */
export function gather(value: unknown, objects: JsonObject[]): void {
  if (Array.isArray(value)) for (const item of value) gather(item, objects);
  else if (isObject(value)) objects.push(value);
}

/** One value needs no look; of two or more, some may be the same entity at several places. */
export function withoutRepeats<Value>(values: readonly Value[]): readonly Value[] {
  if (values.length < 2) return values;
  const unique = new Set(values);
  return unique.size === values.length ? values : [...unique];
}

/** The places at the end of a path, as far as they were looked for. */
export interface Places {
  readonly places: readonly Place[];
  /** False where there may be more. */
  readonly isComplete: boolean;
}

/**
 * Every place at the end of a path: the same object may stand at several of them. Objects that are
 * shared within shared objects stand at any number of places, so only `most` values are visited.
 */
export function placesAt(data: JsonObject, steps: PlanPath, most: number): Places {
  const search = new Search(steps, most);
  search.walk(data, 0);
  return { places: search.places, isComplete: search.left >= 0 };
}

class Search implements Pick<Places, 'places'> {
  readonly places: Place[] = [];
  /** How many values may still be visited; negative when that was not enough. */
  left: number;
  readonly #steps: PlanPath;
  /** From the root to the value that is looked at. */
  readonly #path: (string | number)[] = [];

  constructor(steps: PlanPath, most: number) {
    this.#steps = steps;
    this.left = most;
  }

  walk(value: unknown, at: number): void {
    this.left -= 1;
    const step = this.#steps[at];
    if (step === undefined) {
      this.#collect(value, at);
    } else if (step === '@') {
      if (Array.isArray(value)) this.#items(value, at + 1);
    } else if (isObject(value)) {
      this.#path.push(step);
      this.walk(getOwn(value, step), at + 1);
      this.#path.pop();
    }
  }

  #collect(value: unknown, at: number): void {
    if (Array.isArray(value)) this.#items(value, at);
    else if (isObject(value)) this.places.push({ object: value, path: [...this.#path] });
  }

  #items(list: readonly unknown[], at: number): void {
    for (let index = 0; index < list.length && this.left >= 0; index += 1) {
      this.#path.push(index);
      this.walk(list[index], at);
      this.#path.pop();
    }
  }
}

/** Values that are visited at most for the paths of errors, of which only some are told. */
const mostForErrors = 100_000;

interface Found {
  readonly order: number;
  readonly path: Path;
}

/** The places of the objects of one fetch, which nobody needs as long as nothing fails. */
export class PathsOfObjects {
  readonly #data: JsonObject;
  readonly #steps: PlanPath;
  #known: ReadonlyMap<object, Found[]> | undefined;

  constructor(data: JsonObject, steps: PlanPath) {
    this.#data = data;
    this.#steps = steps;
  }

  of(objects: readonly JsonObject[]): readonly Path[] {
    this.#known ??= this.#find();
    const known = this.#known;
    const found = objects.flatMap((object) => known.get(object) ?? []);
    return found.sort((one, other) => one.order - other.order).map(({ path }) => path);
  }

  #find(): ReadonlyMap<object, Found[]> {
    const found = new Map<object, Found[]>();
    const { places } = placesAt(this.#data, this.#steps, mostForErrors);
    for (const [order, { object, path }] of places.entries()) {
      const known = found.get(object) ?? [];
      found.set(object, known);
      known.push({ order, path });
    }
    return found;
  }
}
