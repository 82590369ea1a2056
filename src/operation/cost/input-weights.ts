import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
} from 'graphql';
import type { CostFacts } from './cost-facts.ts';

/** What `@cost` says of arguments, of fields of input objects, and of the scalars in them. */
export class InputWeights {
  readonly #weights: CostFacts['weights'];
  readonly #weighted: ReadonlySet<string>;

  constructor(schema: GraphQLSchema, { weights }: CostFacts) {
    this.#weights = weights;
    this.#weighted = weights.size === 0 ? new Set() : this.#weightedInputs(schema);
  }

  /** The weight of the argument or field at `coordinate`: its own, or that of its scalar or enum. */
  of(coordinate: string, type: GraphQLInputType): number {
    return this.#weights.get(coordinate) ?? this.#weights.get(getNamedType(type).name) ?? 0;
  }

  /** True when something within a value of the type has a weight. */
  areWithin(type: GraphQLInputType): boolean {
    return this.#weighted.has(getNamedType(type).name);
  }

  /** The weights of all that is within a value of the type; each item of a list counts. */
  within(value: unknown, type: GraphQLInputType): number {
    const named = getNamedType(type);
    if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return 0;
    let weight = 0;
    if (Array.isArray(value)) {
      for (const item of value) weight += this.within(item, named);
      return weight;
    }
    const fields = named.getFields();
    for (const [name, given] of Object.entries(value)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined || given === null || given === undefined) continue;
      weight += this.of(`${named.name}.${name}`, field.type) + this.within(given, field.type);
    }
    return weight;
  }

  /** The input objects with a weight somewhere below them. */
  #weightedInputs(schema: GraphQLSchema): ReadonlySet<string> {
    const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
    const weighted = new Set<string>();
    const isWeighted = (input: GraphQLInputObjectType): boolean =>
      Object.values(input.getFields()).some(
        ({ name, type }) =>
          this.of(`${input.name}.${name}`, type) !== 0 || weighted.has(getNamedType(type).name),
      );
    for (let known = -1; known < weighted.size; ) {
      known = weighted.size;
      for (const input of inputs) if (isWeighted(input)) weighted.add(input.name);
    }
    return weighted;
  }
}
