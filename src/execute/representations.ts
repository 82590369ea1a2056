import { getOwn, isObject, type JsonObject, setOwn } from '../lib/own.ts';
import type { QueryPlanSelectionNode } from '../plan/planner.ts';
import type { TypeConditions } from './type-conditions.ts';

/** What a representation lacks: `object` has no value under `key`. */
export interface Missing {
  readonly object: object;
  readonly key: string;
}

/** A representation, or why there is none. Undefined: the entity is not of a type that is asked. */
export type Representation =
  | { readonly value: JsonObject; readonly missing?: undefined }
  | { readonly missing: Missing; readonly value?: undefined }
  | undefined;

export interface RepresentContext {
  readonly types: TypeConditions;
  /** Whether a field that is not there may be left out of the representation. */
  readonly mayOmit: (missing: Missing) => boolean;
}

/** Reads from `entity` what the fetch of another subgraph requires of it. */
export function represent(
  entity: Readonly<JsonObject>,
  requires: readonly QueryPlanSelectionNode[],
  context: RepresentContext,
): Representation {
  const value: JsonObject = {};
  const missing = copySelections(entity, requires, value, context);
  if (missing !== undefined) return { missing };
  return Object.keys(value).length === 0 ? undefined : { value };
}

/** Copies the selected fields of `source` to `target`; tells of the first that is not there. */
function copySelections(
  source: Readonly<JsonObject>,
  selections: readonly QueryPlanSelectionNode[],
  target: JsonObject,
  context: RepresentContext,
): Missing | undefined {
  for (const selection of selections) {
    const missing =
      selection.kind === 'Field'
        ? copyField(source, selection, target, context)
        : copyFragment(source, selection, target, context);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

type FieldNode = Extract<QueryPlanSelectionNode, { kind: 'Field' }>;
type FragmentNode = Extract<QueryPlanSelectionNode, { kind: 'InlineFragment' }>;

function copyFragment(
  source: Readonly<JsonObject>,
  fragment: FragmentNode,
  target: JsonObject,
  context: RepresentContext,
): Missing | undefined {
  const { typeCondition, selections } = fragment;
  if (typeCondition !== undefined && !context.types.matches(source, typeCondition))
    return undefined;
  return copySelections(source, selections, target, context);
}

function copyField(
  source: Readonly<JsonObject>,
  field: FieldNode,
  target: JsonObject,
  context: RepresentContext,
): Missing | undefined {
  const value = getOwn(source, field.alias ?? field.name);
  if (value === undefined) {
    const missing = { object: source, key: field.alias ?? field.name };
    return context.mayOmit(missing) ? undefined : missing;
  }
  if (field.selections === undefined) {
    setOwn(target, field.name, value);
    return undefined;
  }
  const copy = copyNested(value, field.selections, context);
  if (copy.missing !== undefined) return copy.missing;
  setOwn(target, field.name, copy.value);
  return undefined;
}

function copyNested(
  value: unknown,
  selections: readonly QueryPlanSelectionNode[],
  context: RepresentContext,
): { readonly value?: unknown; readonly missing?: Missing } {
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const copy = copyNested(item, selections, context);
      if (copy.missing !== undefined) return copy;
      items.push(copy.value);
    }
    return { value: items };
  }
  if (!isObject(value)) return { value };
  const copy: JsonObject = {};
  const missing = copySelections(value, selections, copy, context);
  return missing === undefined ? { value: copy } : { missing };
}
