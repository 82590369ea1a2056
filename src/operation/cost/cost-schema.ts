import {
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  isWrappingType,
} from 'graphql';
import type { CostFacts, ListSize } from './cost-facts.ts';
import { InputWeights } from './input-weights.ts';

/** The type of `_entities`, whatever they are. */
export const entityType = '_Entity';

/** What a field costs by itself. */
export interface CostField {
  readonly coordinate: string;
  readonly name: string;
  /** The name of its type, without lists. */
  readonly type: string;
  readonly isComposite: boolean;
  /** How many lists its type is wrapped in. */
  readonly lists: number;
  /** Undefined where it is that of the object that the field yields. */
  readonly weight: number | undefined;
  readonly listSize: ListSize | undefined;
  readonly arguments: ReadonlyMap<string, GraphQLArgument>;
}

/**
 * The costs of one supergraph's elements: what `@cost` and `@listSize` say, else 1 for each object
 * and 0 for scalars, enums and arguments. Only an argument's weight may be below 0: then it lowers
 * that of its field.
 */
export class CostSchema {
  /** Of arguments and input objects. */
  readonly inputs: InputWeights;
  readonly #schema: GraphQLSchema;
  readonly #facts: CostFacts;
  readonly #hiddenTypes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #fields = new Map<string, CostField>();
  readonly #possible = new Map<string, readonly string[]>();
  readonly #variants = new Map<string, readonly CostField[]>();

  /** `possibleTypes` knows the abstract types that `schema`, which clients see, does not. */
  constructor(
    schema: GraphQLSchema,
    facts: CostFacts,
    possibleTypes: ReadonlyMap<string, ReadonlySet<string>>,
  ) {
    this.inputs = new InputWeights(schema, facts);
    this.#schema = schema;
    this.#facts = facts;
    this.#hiddenTypes = possibleTypes;
  }

  /** The field of an object type or interface; one that nobody knows is an object. */
  field(type: string, name: string): CostField {
    const coordinate = `${type}.${name}`;
    const known = this.#fields.get(coordinate) ?? this.#read(type, name);
    this.#fields.set(coordinate, known);
    return known;
  }

  /** The field as the object types that `type` stands for have it, each price once. */
  variants(type: string, name: string): readonly CostField[] {
    const coordinate = `${type}.${name}`;
    const known = this.#variants.get(coordinate);
    if (known !== undefined) return known;
    const byPrice = new Map<string, CostField>();
    for (const each of this.objectTypes(type)) {
      const field = this.field(each, name);
      byPrice.set(this.#priceOf(field), field);
    }
    const variants = [...byPrice.values()];
    this.#variants.set(coordinate, variants);
    return variants;
  }

  /** The object types that `type` stands for: itself, if it is one or has none. */
  objectTypes(type: string): readonly string[] {
    const known = this.#possible.get(type);
    if (known !== undefined) return known;
    const named = this.#schema.getType(type);
    const possible = isAbstractType(named)
      ? this.#schema.getPossibleTypes(named).map(({ name }) => name)
      : [...((named === undefined && this.#hiddenTypes.get(type)) || [])];
    const types = possible.length > 0 ? possible : [type];
    this.#possible.set(type, types);
    return types;
  }

  /** True when a fragment on `condition` applies to objects of the type `object`. */
  applies(condition: string, object: string): boolean {
    return condition === object || this.objectTypes(condition).includes(object);
  }

  /** The weight of each object of the type. */
  weightOf(objectType: string): number {
    return Math.max(0, this.#facts.weights.get(objectType) ?? 1);
  }

  /** The largest weight of an object that the type stands for. */
  largestWeightOf(type: string): number {
    return Math.max(...this.objectTypes(type).map((each) => this.weightOf(each)));
  }

  #read(type: string, name: string): CostField {
    const owner = this.#schema.getType(type);
    const field =
      isObjectType(owner) || isInterfaceType(owner) ? owner.getFields()[name] : undefined;
    const own = {
      coordinate: `${type}.${name}`,
      name,
      listSize: this.#listSize(owner, type, name),
    };
    if (field === undefined) return this.#hidden(own);
    const named = getNamedType(field.type);
    const isComposite = isCompositeType(named);
    return {
      ...own,
      type: named.name,
      isComposite,
      lists: listsIn(field.type),
      weight: this.#fieldWeight(own.coordinate, named.name, isComposite),
      arguments: new Map(field.args.map((argument) => [argument.name, argument])),
    };
  }

  #hidden(own: Pick<CostField, 'coordinate' | 'name' | 'listSize'>): CostField {
    const isEntities = own.name === '_entities';
    const text = isEntities ? `[${entityType}]!` : (this.#facts.hidden.get(own.coordinate) ?? '');
    const type = text.replaceAll(/[[\]!]/g, '');
    const named = this.#schema.getType(type);
    const isComposite = named === undefined ? !isScalar(type) : isCompositeType(named);
    const lists = text.split('[').length - 1;
    const weight = this.#fieldWeight(own.coordinate, type, isComposite);
    return { ...own, type, isComposite, lists, weight, arguments: new Map() };
  }

  #fieldWeight(coordinate: string, type: string, isComposite: boolean): number | undefined {
    const own = this.#facts.weights.get(coordinate);
    if (own !== undefined) return Math.max(0, own);
    return isComposite ? undefined : Math.max(0, this.#facts.weights.get(type) ?? 0);
  }

  /** What the object type says of its field, else what an interface of it says. */
  #listSize(owner: GraphQLNamedType | undefined, type: string, name: string): ListSize | undefined {
    const own = this.#facts.listSizes.get(`${type}.${name}`);
    if (own !== undefined || !isObjectType(owner)) return own;
    const inherited = owner
      .getInterfaces()
      .map((each) => this.#facts.listSizes.get(`${each.name}.${name}`));
    return inherited.find((each) => each !== undefined);
  }

  #priceOf(field: CostField): string {
    const { type, lists, weight, listSize } = field;
    const weights = [...field.arguments.values()].map((argument) => [
      argument.name,
      this.inputs.of(`${field.coordinate}(${argument.name}:)`, argument.type),
      argument.defaultValue,
    ]);
    return JSON.stringify([type, lists, weight, listSize, weights]);
  }
}

const scalars = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);

function isScalar(type: string): boolean {
  return scalars.has(type);
}

function listsIn(type: GraphQLType): number {
  if (!isWrappingType(type)) return 0;
  return listsIn(type.ofType) + (isListType(type) ? 1 : 0);
}
