import { type FieldNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { cutFetch, onlyTypename } from './cut-fetch.ts';
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
    const place = fetch.path.flatMap(({ key }) => (key === '@' || key === '' ? [] : [key]));
    let found = false;
    const selectionSet: SelectionSetNode = visit(fetch.selectionSet, {
      Field: {
        enter: (node, _key, _parent, _path, ancestors) => {
          const keys = [...ancestors.filter(isField), node].map(keyOf);
          const [first = '', ...below] = keys;
          const path = [...place, fetch.renamed.get(first) ?? first, ...below];
          if (!this.#skipped.has(path) || required.has(path)) return undefined;
          found = true;
          return null;
        },
        leave: (node) =>
          node.selectionSet?.selections.length === 0
            ? { ...node, selectionSet: onlyTypename }
            : undefined,
      },
      InlineFragment: {
        leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined),
      },
    });
    if (!found) return fetch;
    // What is required for the missing fields alone need not be there.
    const isEmpty = selectionSet.selections.length === 0;
    return isEmpty ? undefined : { ...cutFetch(fetch, selectionSet), skips: true };
  }
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

function isField(node: unknown): node is FieldNode {
  return typeof node === 'object' && node !== null && 'kind' in node && node.kind === Kind.FIELD;
}
