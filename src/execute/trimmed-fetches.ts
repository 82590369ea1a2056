import { cutFetch, keysOf, withoutFields } from './cut-fetch.ts';
import { keysIn } from './places.ts';
import type { EntityFetch } from './plan-steps.ts';
import type { Required } from './required.ts';
import type { Skipped } from './skipped.ts';

/** Fetches without the fields that are left out although the plan asks for them. */
export class TrimmedFetches {
  readonly #skipped: Skipped;
  readonly #trimmed = new Map<EntityFetch, EntityFetch | undefined>();

  constructor(skipped: Skipped) {
    this.#skipped = skipped;
  }

  /** The fetch with what is selected of it, or `required`; undefined when that is nothing. */
  of(fetch: EntityFetch, required: Required): EntityFetch | undefined {
    if (!this.#skipped.some) return fetch;
    if (!this.#trimmed.has(fetch)) this.#trimmed.set(fetch, this.#trim(fetch, required));
    return this.#trimmed.get(fetch);
  }

  #trim(fetch: EntityFetch, required: Required): EntityFetch | undefined {
    const place = keysIn(fetch.path);
    let found = false;
    const selectionSet = withoutFields(fetch.selectionSet, (nodes) => {
      const path = [...place, ...keysOf(fetch, nodes)];
      // Whatever clients leave out, the type of an object tells what else is to be answered of it.
      if (path.at(-1) === '__typename') return false;
      const isCut = this.#skipped.has(path) && !required.has(path);
      found ||= isCut;
      return isCut;
    });
    if (!found) return fetch;
    // What is required for the missing fields alone need not be there.
    const isEmpty = selectionSet.selections.length === 0;
    return isEmpty ? undefined : { ...cutFetch(fetch, selectionSet), skips: true };
  }
}
