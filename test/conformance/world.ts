import {
  type ConstDirectiveNode,
  type FieldNode,
  Kind,
  parse,
  parseType,
  type SelectionSetNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';
import { isObject } from '../../src/lib/own.ts';
import { hashOf } from './choices.ts';
import { type EntityModel, type FieldModel, type Model, possibleIn, topFields } from './model.ts';

/** An object as resolvers pass it on: its type, and what it is called among all objects. */
export interface Source {
  readonly __typename: string;
  readonly id: string;
  /** What came with a reference to it. */
  readonly representation?: Readonly<Record<string, unknown>>;
}

type Values = Readonly<Record<string, unknown>>;

/** How many entities there are of each type. */
const population = 4;
export const colors = ['RED', 'GREEN', 'BLUE'] as const;

/**
 * All data of a model as one caller sees it: what a field of an object is follows from the seed,
 * the caller, the object's name, the field and its arguments. Some fields fail. Which entities there
 * are is the same for all callers.
 */
export class World {
  readonly #model: Model;
  readonly #caller: string;
  readonly #entities: ReadonlyMap<string, EntityModel>;
  readonly #fields = new Map<string, FieldModel | undefined>();
  readonly #types = new Map<string, TypeNode>();

  constructor(model: Model, caller = '') {
    this.#model = model;
    this.#caller = caller;
    this.#entities = new Map(model.entities.map((entity) => [entity.name, entity]));
  }

  /** The model's field, which an object may owe to an interface object; undefined for a key. */
  field(typeName: string, name: string): FieldModel | undefined {
    const place = `${typeName}.${name}`;
    if (!this.#fields.has(place)) this.#fields.set(place, this.#find(typeName, name));
    return this.#fields.get(place);
  }

  /** What a resolver gives; an `Error` stands for one that is thrown. */
  resolve(typeName: string, name: string, source: Source | undefined, given: Values): unknown {
    const id = source?.id ?? typeName;
    const field = this.field(typeName, name);
    if (field === undefined) return this.#keyValue(id, name);
    const required = field.requires && this.#required(field.requires, source, typeName);
    if (required instanceof Error) return required;
    const at = `${this.#model.seed}${this.#caller} ${id}.${name}(${stable(given)})${required ?? ''}`;
    return this.#value(this.#typeNode(field.type), at, field, true);
  }

  /** The entity that a representation stands for; undefined when its keys fit none. */
  find(typeName: string, representation: Values): string | undefined {
    const members = this.#model.interfaces.find(({ name }) => name === typeName)?.members;
    for (const name of members ?? [typeName]) {
      for (let index = 0; index < population; index += 1) {
        if (this.#fits(`${name}:${index}`, representation)) return `${name}:${index}`;
      }
    }
    return undefined;
  }

  #find(typeName: string, name: string): FieldModel | undefined {
    const { entities, values, roots, interfaces } = this.#model;
    const owners = [...entities, ...values, ...roots, ...interfaces].filter(
      (type) =>
        type.name === typeName || (type.kind === 'interface' && type.members.includes(typeName)),
    );
    return owners.flatMap(({ fields }) => fields).find((field) => field.name === name);
  }

  #fits(id: string, representation: Values): boolean {
    const keys = this.#entities.get(typeOf(id))?.keys ?? [];
    return keys.some((key) =>
      topFields(key).every((name) => {
        const value = this.#keyValue(id, name);
        const given = representation[name];
        if (!isObject(value)) return given === value;
        return isObject(given) && given['code'] === `code-${value['id']}`;
      }),
    );
  }

  /** Keys are told apart by the object's name, of which composite keys hold a part each. */
  #keyValue(id: string, name: string): unknown {
    const index = Number(id.split(':')[1]);
    if (name === 'floor') return index >> 1;
    if (name === 'room') return `room-${index & 1}`;
    if (name === 'origin')
      return { __typename: `${typeOf(id)}Origin`, id: `${typeOf(id)}Origin:${id}` };
    return `${name}-${id}`;
  }

  /** The required values as text: out of the representation, or, where there is but one server, at hand. */
  #required(fieldSet: string, source: Source | undefined, typeName: string): string | Error {
    const selection = selectionOf(fieldSet);
    const { representation } = source ?? {};
    if (source === undefined || representation === undefined) {
      return JSON.stringify(this.#select(selection, source, typeName));
    }
    return pickedText(selection, representation);
  }

  #select(selection: SelectionSetNode, source: unknown, typeName?: string): unknown {
    if (Array.isArray(source)) return source.map((item) => this.#select(selection, item));
    if (!isSource(source)) return source ?? null;
    const picked: Record<string, unknown> = {};
    for (const node of fieldsOf(selection)) {
      const type = typeName ?? source.__typename;
      const value = this.resolve(type, node.name.value, source, argumentsOf(node)) ?? null;
      picked[node.name.value] =
        node.selectionSet === undefined ? value : this.#select(node.selectionSet, value);
    }
    return picked;
  }

  #typeNode(type: string): TypeNode {
    const known = this.#types.get(type) ?? parseType(type, { noLocation: true });
    this.#types.set(type, known);
    return known;
  }

  #value(type: TypeNode, at: string, field: FieldModel, nullable: boolean): unknown {
    if (type.kind === Kind.NON_NULL_TYPE) return this.#value(type.type, at, field, false);
    const roll = hashOf(`roll ${at}`) % 200;
    if (field.solid === true) {
      if (nullable && roll < 30) return null;
    } else {
      if (roll < (nullable ? 20 : 2)) return null;
      if (roll > (nullable ? 190 : 197)) return new Error('This one fails');
      if (roll === 100) return this.#misfit(type, field.owners);
    }
    if (type.kind === Kind.NAMED_TYPE) return this.#named(type.name.value, at, field);
    const length = hashOf(`length ${at}`) % 3;
    return Array.from({ length }, (_, index) =>
      this.#value(type.type, `${at}[${index}]`, field, true),
    );
  }

  #misfit(type: TypeNode, owners: readonly string[]): unknown {
    if (type.kind === Kind.LIST_TYPE) return 7;
    const name = type.kind === Kind.NAMED_TYPE ? type.name.value : '';
    const { values, interfaces } = this.#model;
    // Nobody sees the type of an interface object unless it is asked for.
    const isObjectType =
      this.#entities.has(name) ||
      values.some((value) => value.name === name) ||
      interfaces.some(
        (each) => each.name === name && owners.some((one) => each.objectIn.includes(one)),
      );
    return isObjectType ? new Error('Not an object') : { __typename: 'Nowhere' };
  }

  #named(name: string, at: string, field: FieldModel): unknown {
    const hash = hashOf(at);
    const leaf = leaves[name];
    // What is required is compared as it comes out of JSON, where every ID is text.
    if (name === 'ID' && field.solid === true) return `i${hash % 2000}`;
    if (leaf !== undefined) return leaf(hash);
    const owners = field.owners.map((owner) => new Set(possibleIn(this.#model, name, owner)));
    const possible = possibleIn(this.#model, name, field.owners[0] ?? '').filter((each) =>
      owners.every((known) => known.has(each)),
    );
    const type = possible[hash % possible.length];
    if (type === undefined) return null;
    const part = this.#entities.has(type) ? (hash >>> 8) % population : hash.toString(36);
    return { __typename: type, id: `${type}:${part}` };
  }
}

/** The name of the type in an object's name. */
export function typeOf(id: string): string {
  return id.slice(0, id.indexOf(':'));
}

const leaves: Readonly<Record<string, (hash: number) => unknown>> = {
  Int: (hash) => (hash % 2000) - 1000,
  Float: (hash) => (hash % 2000) / 8,
  String: (hash) => `text ${hash % 2000}`,
  Boolean: (hash) => hash % 2 === 0,
  ID: (hash) => (hash % 2 === 0 ? hash % 2000 : `i${hash % 2000}`),
  Color: (hash) => colors[hash % 3],
};

function selectionOf(fieldSet: string): SelectionSetNode {
  const [definition] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('Not a field set');
  return definition.selectionSet;
}

function fieldsOf({ selections }: SelectionSetNode): readonly FieldNode[] {
  return selections.filter((node) => node.kind === Kind.FIELD);
}

function argumentsOf({ arguments: given = [] }: FieldNode | ConstDirectiveNode): Values {
  return Object.fromEntries(
    given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}

/** What a representation says of the required fields; an error when one is missing. */
function pickedText(selection: SelectionSetNode, representation: Values): string | Error {
  try {
    return JSON.stringify(picked(selection, representation));
  } catch (failure) {
    return failure as Error;
  }
}

function picked(selection: SelectionSetNode, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => picked(selection, item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    fieldsOf(selection).map(({ name, selectionSet }) => {
      const part = value[name.value];
      if (part === undefined) throw new Error(`${name.value} is required and was not given`);
      return [name.value, selectionSet === undefined ? part : picked(selectionSet, part)];
    }),
  );
}

function isSource(value: unknown): value is Source {
  return isObject(value) && typeof value['id'] === 'string';
}

/** As JSON with sorted keys. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
