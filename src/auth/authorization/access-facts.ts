import type { DocumentNode } from 'graphql';
import { type GuardedField, type GuardedType, guardedTypes } from './guarded-types.ts';
import {
  asksNothing,
  implies,
  joined,
  noRequirement,
  type Requirement,
  requirementKey,
} from './requirement.ts';

/** What a supergraph asks of callers: plain data, by schema coordinate. */
export interface AccessFacts {
  /** All that is asked for anywhere, each once. */
  readonly requirements: readonly Requirement[];
  /** For each `Type.field` that asks something, which of `requirements`. */
  readonly fields: ReadonlyMap<string, number>;
}

/** One part of what a field asks for, and the element on which it is written. */
export interface Demand {
  /** `Type` or `Type.field`. */
  readonly element: string;
  readonly requirement: Requirement;
  /** The subgraphs that define the element, as the supergraph's `join__Graph` calls them. */
  readonly graphs: readonly string[];
}

/** Joins what elements ask for into what each field does: see `FieldDemands`. */
export function accessFacts(document: DocumentNode): AccessFacts {
  const types = guardedTypes(document);
  if (![...types.values()].some(asksAnything)) return { requirements: [], fields: new Map() };
  const demands = new FieldDemands(types);
  const requirements: Requirement[] = [];
  const indexes = new Map<string, number>();
  const fields = new Map<string, number>();
  for (const type of types.values()) {
    for (const field of type.fields.keys()) {
      const requirement = joined(demands.of(type.name, field).map((each) => each.requirement));
      if (asksNothing(requirement)) continue;
      const key = requirementKey(requirement);
      const index = indexes.get(key) ?? requirements.push(requirement) - 1;
      indexes.set(key, index);
      fields.set(`${type.name}.${field}`, index);
    }
  }
  return { requirements, fields };
}

function asksAnything({ requirement, fields }: GuardedType): boolean {
  const all = [requirement, ...[...fields.values()].map((field) => field.requirement)];
  return !all.every(asksNothing);
}

/**
 * What fields demand: what is written on themselves, on their parent type and on their output
 * type. A field of an interface demands what it does of all implementations: composition says so
 * in the supergraph from 2.9.5 on, and here it holds of every supergraph.
 */
export class FieldDemands {
  readonly #types: ReadonlyMap<string, GuardedType>;
  readonly #implementations = new Map<string, GuardedType[]>();

  constructor(types: ReadonlyMap<string, GuardedType>) {
    this.#types = types;
    for (const type of types.values()) {
      if (type.isInterface) continue;
      for (const name of new Set(type.interfaces)) {
        const known = this.#implementations.get(name) ?? [];
        this.#implementations.set(name, [...known, type]);
      }
    }
  }

  /** Each element that has a say once; those that ask nothing are left out. */
  of(typeName: string, fieldName: string): readonly Demand[] {
    const type = this.#types.get(typeName);
    const all = type === undefined ? [] : this.#all(type, fieldName);
    const byElement = new Map(all.map((demand) => [demand.element, demand]));
    return [...byElement.values()].filter(({ requirement }) => !asksNothing(requirement));
  }

  #all(type: GuardedType, fieldName: string): readonly Demand[] {
    const field = type.fields.get(fieldName);
    if (field === undefined) return [];
    const implementations = this.#implementations.get(type.name) ?? [];
    return [
      demandOf(type.name, type),
      demandOf(`${type.name}.${fieldName}`, field),
      ...this.#ofOutput(field),
      ...implementations.flatMap((each) => this.#all(each, fieldName)),
    ];
  }

  /**
   * An interface of which is asked no more than its implementations ask guards none of those that
   * ask less: what is selected of each decides.
   */
  #ofOutput({ output }: GuardedField): readonly Demand[] {
    const type = this.#types.get(output);
    if (type === undefined) return [];
    const implementations = this.#implementations.get(output) ?? [];
    const propagated = joined(implementations.map(({ requirement }) => requirement));
    const isOwn = !type.isInterface || !implies(propagated, type.requirement);
    return isOwn ? [demandOf(output, type)] : [];
  }
}

function demandOf(
  element: string,
  { requirement = noRequirement, graphs }: Pick<GuardedType, 'requirement' | 'graphs'>,
): Demand {
  return { element, requirement, graphs };
}
