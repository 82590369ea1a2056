import { type FieldNode, Kind } from 'graphql';
import { cutFetch, keysOf, withoutFields } from './cut-fetch.ts';
import type { EntityFetch } from './plan-steps.ts';

/** A field that is not asked for, since the value of `variable` is not known. */
export interface CutField {
  /** From the entity, in the plan's own keys. */
  readonly path: readonly string[];
  readonly variable: string;
}

/** A fetch without the fields for which there is no contextual value; undefined: nothing is left. */
export interface CutFetch {
  readonly fetch: EntityFetch | undefined;
  readonly cut: readonly CutField[];
}

/** Leaves out of `fetch` the fields that need one of the `lost` variables. */
export function withoutFieldsOf(fetch: EntityFetch, lost: ReadonlySet<string>): CutFetch {
  const { context } = fetch;
  if (context === undefined || lost.size === 0) return { fetch, cut: [] };
  const cut: CutField[] = [];
  const selectionSet = withoutFields(fetch.selectionSet, (nodes) => {
    const variable = variablesOf(nodes.at(-1)).find((name) => lost.has(name));
    if (variable !== undefined) cut.push({ path: keysOf(fetch, nodes), variable });
    return variable !== undefined;
  });
  if (selectionSet.selections.length === 0) return { fetch: undefined, cut };
  return { fetch: cutFetch(fetch, selectionSet), cut };
}

function variablesOf(node: FieldNode | undefined): readonly string[] {
  const given = node?.arguments ?? [];
  return given.flatMap(({ value }) => (value.kind === Kind.VARIABLE ? value.name.value : []));
}
