import type { SelectionSetNode } from 'graphql';
import { getOwn, isObject } from '../lib/own.ts';
import type { PlanningDocument } from '../plan/planning-document.ts';
import type { Path } from './places.ts';
import { selectedBelow } from './selection.ts';

/** Finds the places of one client's answer for paths that are in the plan's keys. */
export class ClientPaths {
  readonly #answer: unknown;
  readonly #clientKeys: ReadonlyMap<string, string>;
  readonly #root: Level;

  /** `answer` is in the client's keys. Null where it is not known: then the selection decides. */
  constructor(answer: unknown, { definition, fragments, clientKeys }: PlanningDocument) {
    this.#answer = answer;
    this.#clientKeys = clientKeys;
    this.#root = new Level([definition.selectionSet], fragments);
  }

  /**
   * The place that `path` leads to. It ends where the path goes into what only the plan asked
   * for, such as a key or a required field; undefined: at the root.
   */
  of(path: Path): Path | undefined {
    const visible: (string | number)[] = [];
    let level: Level | undefined = this.#root;
    let value: unknown = this.#answer;
    for (const key of path) {
      const clientKey = this.#clientKeys.get(String(key)) ?? key;
      value = at(value, clientKey);
      if (typeof key === 'string') level = level?.below(key);
      if (value === undefined || level === undefined) break;
      visible.push(clientKey);
    }
    return visible.length === 0 ? undefined : visible;
  }
}

/** What is under `key`; null below a null, where nobody can tell any more. */
function at(value: unknown, key: string | number): unknown {
  if (value === null) return null;
  if (typeof key === 'number') return Array.isArray(value) ? value[key] : undefined;
  return isObject(value) ? getOwn(value, key) : undefined;
}

/** The response keys that are selected at one place, on whatever type, and what is below each. */
class Level {
  readonly #selectionSets: readonly SelectionSetNode[];
  readonly #fragments: PlanningDocument['fragments'];
  readonly #below = new Map<string, Level>();
  #selected: ReadonlyMap<string, readonly SelectionSetNode[]> | undefined;

  constructor(
    selectionSets: readonly SelectionSetNode[],
    fragments: PlanningDocument['fragments'],
  ) {
    this.#selectionSets = selectionSets;
    this.#fragments = fragments;
  }

  below(key: string): Level | undefined {
    const known = this.#below.get(key);
    if (known !== undefined) return known;
    const fragments = this.#fragments;
    this.#selected ??= selectedBelow(this.#selectionSets, { fragments, variables: undefined });
    const selectionSets = this.#selected.get(key);
    if (selectionSets === undefined) return undefined;
    const level = new Level(selectionSets, this.#fragments);
    this.#below.set(key, level);
    return level;
  }
}
