import type { SelectionSetNode } from 'graphql';
import type { PlanningDocument } from '../plan/planning-document.ts';
import { type Path, placeOf } from './places.ts';
import { selectedBelow } from './selection.ts';

/**
 * The fields that `@skip` and `@include` leave out of an operation, by their places.
 * Upstream defect: where a fetch for a type, or for what is required, comes between, the planner
 * forgets conditions (`@apollo/query-planner` 2.14): what is left out is fetched, and may fail.
 */
export class Skipped {
  readonly #places = new Set<string>();
  readonly #fragments: PlanningDocument['fragments'];
  readonly #variables: Readonly<Record<string, unknown>>;

  constructor(
    { definition, fragments }: Pick<PlanningDocument, 'definition' | 'fragments'>,
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.#fragments = fragments;
    this.#variables = variables;
    if (Object.keys(variables).length === 0) return;
    this.#find([definition.selectionSet], [definition.selectionSet], []);
  }

  /** False when nothing is left out. */
  get some(): boolean {
    return this.#places.size > 0;
  }

  /** True when the field at `path` is left out, or one above it. */
  has(path: Path): boolean {
    if (this.#places.size === 0) return false;
    return path.some((_, index) => this.#places.has(placeOf(path.slice(0, index + 1))));
  }

  /** Goes through what may be selected, and what is. */
  #find(all: readonly SelectionSetNode[], left: readonly SelectionSetNode[], path: Path): void {
    const fragments = this.#fragments;
    const kept = selectedBelow(left, { fragments, variables: this.#variables });
    for (const [key, below] of selectedBelow(all, { fragments, variables: undefined })) {
      const keptBelow = kept.get(key);
      if (keptBelow === undefined) this.#places.add(placeOf([...path, key]));
      else this.#find(below, keptBelow, [...path, key]);
    }
  }
}
