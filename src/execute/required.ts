import type { QueryPlanSelectionNode } from '../plan/planner.ts';
import { keysIn, type Path, type PlanPath, placeOf } from './places.ts';

/** The fields that the fetches of a plan require of each other, by their places. */
export class Required {
  readonly #places = new Set<string>();
  #everything = false;

  /** Adds what is required of the entities at the end of `path`. */
  add(path: PlanPath, requires: readonly QueryPlanSelectionNode[]): void {
    this.#addBelow(keysIn(path), requires);
  }

  /** Contexts may take anything from above. */
  addEverything(): void {
    this.#everything = true;
  }

  has(path: Path): boolean {
    return this.#everything || this.#places.has(placeOf(path));
  }

  #addBelow(place: readonly string[], selections: readonly QueryPlanSelectionNode[]): void {
    for (const node of selections) {
      if (node.kind === 'InlineFragment') {
        this.#addBelow(place, node.selections);
        continue;
      }
      const at = [...place, node.alias ?? node.name];
      this.#places.add(placeOf(at));
      this.#addBelow(at, node.selections ?? []);
    }
  }
}
