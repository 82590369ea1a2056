import { jsonString } from '../lib/json-text.ts';
import { getOwn, isObject, type JsonObject } from '../lib/own.ts';
import type { FetchDataRewrite, QueryPlanSelectionNode } from '../plan/planner.ts';
import { rewrite } from './rewrites.ts';
import type { TypeConditions } from './type-conditions.ts';

/** What a representation lacks: `object` has no value under `key`. */
export interface Missing {
  readonly object: object;
  readonly key: string;
}

/** Whether a field that is not there may be left out of the representation. */
export type MayOmit = (missing: Missing) => boolean;

/** Reads from entities what the fetch of another subgraph requires of them. */
export interface Representation {
  /**
   * What is required of an entity, as JSON: equal entities give equal texts. Undefined: the entity
   * is not of a type that is asked.
   */
  readonly text: (entity: Readonly<JsonObject>, mayOmit: MayOmit) => string | Missing | undefined;
  /**
   * The key of the one field that is required of entities of this type beside the type: where its
   * values are equal, so are the texts. Undefined where there is none or there are several.
   */
  readonly soleKey: (typename: unknown) => string | undefined;
  /** True where entities that differ in their type or only key have texts that differ. */
  readonly tellsApart: boolean;
}

/** Prepares the representations of one fetch. */
export function representation(
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[],
  types: TypeConditions,
): Representation {
  const fieldsOf = fieldsByType(requires, types);
  const soleKey = (typename: unknown) => fieldsOf(typename).sole?.key;
  const represent: Representation['text'] = (entity, mayOmit) => {
    const text = writeFields(entity, fieldsOf(getOwn(entity, '__typename')), mayOmit);
    return text === '{}' ? undefined : text;
  };
  if (rewrites.length === 0) return { text: represent, soleKey, tellsApart: true };
  const text: Representation['text'] = (entity, mayOmit) => {
    const text = represent(entity, mayOmit);
    if (typeof text !== 'string') return text;
    const value: unknown = JSON.parse(text);
    rewrite(value, rewrites, types);
    return JSON.stringify(value);
  };
  return { text, soleKey, tellsApart: false };
}

type Write = (value: Readonly<JsonObject>, mayOmit: MayOmit) => string | Missing;

interface FieldWriter {
  /** Where the value stands in the entity. */
  readonly key: string;
  /** `"name":`, as the representation has it. */
  readonly start: string;
  readonly write: Write | undefined;
}

/** What is read of entities of one type. */
interface TypeFields {
  /** In the order of their names. */
  readonly fields: readonly FieldWriter[];
  /** The one field beside the type, if there are no others and it has none below it. */
  readonly sole: SoleField | undefined;
}

interface SoleField {
  readonly key: string;
  /** The representation up to the field's value. */
  readonly start: string;
}

function soleField(typename: unknown, fields: readonly FieldWriter[]): SoleField | undefined {
  const [type, sole] = fields;
  if (type?.key !== '__typename' || sole === undefined || fields.length !== 2) return undefined;
  if (sole.write !== undefined || typeof typename !== 'string') return undefined;
  return { key: sole.key, start: `{${type.start}${jsonString(typename)},${sole.start}` };
}

/** Prepared for each type of object when the first of them is met. */
function fieldsByType(selections: readonly QueryPlanSelectionNode[], types: TypeConditions) {
  const byType = new Map<unknown, TypeFields>();
  return (typename: unknown): TypeFields => {
    const known = byType.get(typename);
    if (known !== undefined) return known;
    const fields = fieldWriters(selections, typename, types);
    const made = { fields, sole: soleField(typename, fields) };
    // A subgraph may make up any number of names; the supergraph has as many as it has.
    if (byType.size < mostTypes) byType.set(typename, made);
    return made;
  };
}

function objectWriter(selections: readonly QueryPlanSelectionNode[], types: TypeConditions): Write {
  const fieldsOf = fieldsByType(selections, types);
  return (value, mayOmit) => writeFields(value, fieldsOf(getOwn(value, '__typename')), mayOmit);
}

const mostTypes = 1_000;

function writeFields(
  value: Readonly<JsonObject>,
  { fields, sole }: TypeFields,
  mayOmit: MayOmit,
): string | Missing {
  const only = sole && getOwn(value, sole.key);
  if (sole !== undefined && only !== undefined) return `${sole.start}${leaf(only)}}`;
  let text = '';
  for (const { key, start, write } of fields) {
    const member = getOwn(value, key);
    if (member === undefined) {
      const missing = { object: value, key };
      if (mayOmit(missing)) continue;
      return missing;
    }
    const written = write === undefined ? leaf(member) : nested(member, write, mayOmit);
    if (typeof written !== 'string') return written;
    text += text === '' ? start + written : `,${start}${written}`;
  }
  return `{${text}}`;
}

function nested(value: unknown, write: Write, mayOmit: MayOmit): string | Missing {
  if (isObject(value)) return write(value, mayOmit);
  if (!Array.isArray(value)) return leaf(value);
  const items: string[] = [];
  for (const item of value) {
    const written = nested(item, write, mayOmit);
    if (typeof written !== 'string') return written;
    items.push(written);
  }
  return `[${items.join(',')}]`;
}

function leaf(value: unknown): string {
  return typeof value === 'string' ? jsonString(value) : JSON.stringify(value);
}

type FieldNode = Extract<QueryPlanSelectionNode, { kind: 'Field' }>;

/** The fields that are selected of one type, in the order of their names. */
function fieldWriters(
  selections: readonly QueryPlanSelectionNode[],
  typename: unknown,
  types: TypeConditions,
): readonly FieldWriter[] {
  const byName = new Map<string, FieldNode[]>();
  const gather = (nodes: readonly QueryPlanSelectionNode[]): void => {
    for (const node of nodes) {
      if (node.kind === 'Field') byName.set(node.name, [...(byName.get(node.name) ?? []), node]);
      else if (applies(node.typeCondition, typename, types)) gather(node.selections);
    }
  };
  gather(selections);
  const names = [...byName.keys()].sort();
  return names.map((name) => fieldWriter(name, byName.get(name) ?? [], types));
}

function fieldWriter(
  name: string,
  nodes: readonly FieldNode[],
  types: TypeConditions,
): FieldWriter {
  const below = nodes.flatMap(({ selections }) => selections ?? []);
  return {
    key: nodes.at(-1)?.alias ?? name,
    start: `${JSON.stringify(name)}:`,
    write: below.length === 0 ? undefined : objectWriter(below, types),
  };
}

function applies(condition: string | undefined, typename: unknown, types: TypeConditions): boolean {
  if (condition === undefined) return true;
  return typeof typename === 'string' && types.includes(condition, typename);
}
