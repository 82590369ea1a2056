/**
 * A schema and its split over subgraphs, before it is SDL. What the whole graph has is told once;
 * where it is told, in `owners` and `presence`. Fields are decorated while a split is made.
 */
export interface Model {
  readonly seed: number;
  readonly subgraphs: readonly string[];
  /** An entity's subgraph may have keys of which some cannot be resolved. */
  readonly mixedKeys: boolean;
  readonly entities: readonly EntityModel[];
  readonly values: readonly ValueModel[];
  readonly interfaces: readonly InterfaceModel[];
  readonly unions: readonly UnionModel[];
  readonly roots: readonly RootModel[];
}

export interface FieldModel {
  readonly name: string;
  /** As SDL writes it, such as `[Book!]`. */
  readonly type: string;
  /** Each as SDL writes it, such as `n: Int = 3`. */
  readonly parameters: readonly string[];
  /** The subgraphs that resolve it. */
  readonly owners: readonly string[];
  /** A subgraph that still declares it, though an owner says `@override(from:)`. */
  overridden?: string;
  /** The subgraphs that declare it `@external`. */
  readonly external: Set<string>;
  /** What its resolver is given by `@requires`. */
  requires?: string;
  /** What its resolver gives along, by `@provides`. */
  provides?: string;
  /** Some field brings it along: then two subgraphs resolve it. */
  provided?: boolean;
  inaccessible?: boolean;
  /** Never fails: what is required of others has to be there in every server, or in none. */
  solid?: boolean;
}

/** How a subgraph knows an entity. */
export interface Presence {
  readonly keys: { readonly fields: string; readonly resolvable: boolean }[];
}

export interface EntityModel {
  readonly kind: 'entity';
  readonly name: string;
  /** Key field sets, such as `id` or `origin { code }`. */
  readonly keys: readonly string[];
  /** The types of the fields in `keys`. */
  readonly keyFields: Readonly<Record<string, string>>;
  readonly presence: Map<string, Presence>;
  readonly fields: FieldModel[];
}

/** An object type without a key, the same in every subgraph that has it, and shareable. */
export interface ValueModel {
  readonly kind: 'value';
  readonly name: string;
  readonly presence: Set<string>;
  /** Fields that never fail, as keys need them. */
  readonly keyFields: Readonly<Record<string, string>>;
  readonly fields: FieldModel[];
}

export interface InterfaceModel {
  readonly kind: 'interface';
  readonly name: string;
  /** Names of entities, which have all of `fieldNames`. */
  readonly members: readonly string[];
  readonly fieldNames: readonly string[];
  /** The subgraph in which the interface has a key; elsewhere it may be an `@interfaceObject`. */
  readonly home?: string;
  /** The subgraphs that know an `@interfaceObject` and none of the members. */
  readonly objectIn: readonly string[];
  readonly presence: Map<string, Presence>;
  /** What interface objects add. */
  readonly fields: FieldModel[];
}

export interface UnionModel {
  readonly kind: 'union';
  readonly name: string;
  readonly members: readonly string[];
}

export interface RootModel {
  readonly kind: 'root';
  readonly name: 'Query' | 'Mutation';
  readonly fields: FieldModel[];
}

export type TypeModel = EntityModel | ValueModel | InterfaceModel | UnionModel | RootModel;

/** Every type of the model, but for the enum and the input type, which are everywhere. */
export function typesOf(model: Model): readonly TypeModel[] {
  const { entities, values, interfaces, unions, roots } = model;
  return [...entities, ...values, ...interfaces, ...unions, ...roots];
}

/** `Book` of `[Book!]!`. */
export function namedType(type: string): string {
  return type.replace(/[[\]!]/g, '');
}

/** The names of the fields at the top of a field set. */
export function topFields(fieldSet: string): readonly string[] {
  return fieldSet.replace(/\{[^}]*\}|\([^)]*\)/g, ' ').match(/\w+/g) ?? [];
}

/** The object types that a value of `name` may have in `subgraph`. */
export function possibleIn(model: Model, name: string, subgraph: string): readonly string[] {
  const abstract = [...model.interfaces, ...model.unions].find((type) => type.name === name);
  if (abstract === undefined) return [name];
  if (abstract.kind === 'interface' && abstract.objectIn.includes(subgraph)) {
    return abstract.members;
  }
  const local = model.entities.filter(({ presence }) => presence.has(subgraph));
  return abstract.members.filter((member) => local.some((entity) => entity.name === member));
}
