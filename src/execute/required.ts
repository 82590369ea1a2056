import type { QueryPlanSelectionNode } from '../plan/planner.ts';
import { type Path, placeOf } from './places.ts';

/** The fields that the fetches of a plan require of each other, by their places. */
export class Required {
  readonly #places = new Set<string>();
  #everything = false;

  /** Adds what is required of the entities at the end of `path`, which is in a plan's notation. */
  add(path: Path, requires: readonly QueryPlanSelectionNode[]): void {
    const keys = path.map((step) => String(step).split('|', 1)[0] ?? '');
    const place = keys.filter((key) => key !== '@' && key !== '');
    this.#addBelow(place, requires);
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
