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

/** Reads from `entity` what the fetch of another subgraph requires of it. */
export function represent(
  entity: Readonly<JsonObject>,
  requires: readonly QueryPlanSelectionNode[],
  types: TypeConditions,
): Representation {
  const value: JsonObject = {};
  const missing = copySelections(entity, requires, value, types);
  if (missing !== undefined) return { missing };
  return Object.keys(value).length === 0 ? undefined : { value };
}

/** Copies the selected fields of `source` to `target`; tells of the first that is not there. */
function copySelections(
  source: Readonly<JsonObject>,
  selections: readonly QueryPlanSelectionNode[],
  target: JsonObject,
  types: TypeConditions,
): Missing | undefined {
  for (const selection of selections) {
    const missing =
      selection.kind === 'Field'
        ? copyField(source, selection, target, types)
        : copyFragment(source, selection, target, types);
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
  types: TypeConditions,
): Missing | undefined {
  const { typeCondition, selections } = fragment;
  if (typeCondition !== undefined && !types.matches(source, typeCondition)) return undefined;
  return copySelections(source, selections, target, types);
}

function copyField(
  source: Readonly<JsonObject>,
  field: FieldNode,
  target: JsonObject,
  types: TypeConditions,
): Missing | undefined {
  const value = getOwn(source, field.alias ?? field.name);
  if (value === undefined) return { object: source, key: field.alias ?? field.name };
  if (field.selections === undefined) {
    setOwn(target, field.name, value);
    return undefined;
  }
  const copy = copyNested(value, field.selections, types);
  if (copy.missing !== undefined) return copy.missing;
  setOwn(target, field.name, copy.value);
  return undefined;
}

function copyNested(
  value: unknown,
  selections: readonly QueryPlanSelectionNode[],
  types: TypeConditions,
): { readonly value?: unknown; readonly missing?: Missing } {
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const copy = copyNested(item, selections, types);
      if (copy.missing !== undefined) return copy;
      items.push(copy.value);
    }
    return { value: items };
  }
  if (!isObject(value)) return { value };
  const copy: JsonObject = {};
  const missing = copySelections(value, selections, copy, types);
  return missing === undefined ? { value: copy } : { missing };
}
