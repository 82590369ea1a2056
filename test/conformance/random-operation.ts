import {
  doTypesOverlap,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import type { Choices } from './choices.ts';
import { literal, randomValue } from './random-value.ts';

export interface RandomOperation {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A query or a mutation against `schema`. Nearly all are valid: fragments may conflict. */
export function randomOperation(choices: Choices, schema: GraphQLSchema): RandomOperation {
  return new Writer(choices, schema).operation();
}

/** Under one response path, each key with what it stands for, and the scope below it. */
interface Scope {
  readonly keys: Map<string, { readonly meaning: string; readonly scope: Scope }>;
  /** Where the scope is a fragment's: put before most keys, so that they clash nowhere. */
  readonly prefix: string;
}

/** Most fields of one operation. */
const mostFields = 30;
const deepest = 5;
/** How deep a fragment may be spread once more: what is below it multiplies. */
const deepestReuse = 1;

class Writer {
  readonly #choices: Choices;
  readonly #schema: GraphQLSchema;
  readonly #definitions: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  readonly #reusable: { readonly name: string; readonly type: GraphQLCompositeType }[] = [];
  #fields = 0;
  #names = 0;

  constructor(choices: Choices, schema: GraphQLSchema) {
    this.#choices = choices;
    this.#schema = schema;
  }

  operation(): RandomOperation {
    const mutation = this.#schema.getMutationType();
    const isMutation = mutation && this.#choices.chance(10);
    const root = isMutation ? mutation : this.#schema.getQueryType();
    if (!root) throw new TypeError('A schema has a query type');
    const selection = this.#selectionSet(root, newScope(), 0);
    const definitions = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : '';
    const head = `${isMutation ? 'mutation' : 'query'} Random${definitions}`;
    const text = [`${head} ${selection}`, ...this.#fragments].join('\n');
    return { text, variables: this.#variables };
  }

  #selectionSet(type: GraphQLCompositeType, scope: Scope, depth: number): string {
    const count = 1 + this.#choices.below(depth === 0 ? 4 : 5);
    const selections = Array.from({ length: count }, () => this.#selection(type, scope, depth));
    return `{ ${selections.join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, scope: Scope, depth: number): string {
    const roll = this.#choices.below(100);
    const full = this.#fields >= mostFields;
    if (roll >= 92 && !full) return this.#namedFragment(type, depth);
    if (roll >= (isAbstractType(type) ? 50 : 80) && !full) {
      return this.#inlineFragment(type, scope, depth);
    }
    if (roll >= (isUnionType(type) ? 0 : 74) || isUnionType(type)) return this.#typename(scope);
    const fields = this.#selectable(type, depth);
    return fields.length > 0
      ? this.#field(type, this.#choices.pick(fields), scope, depth)
      : this.#typename(scope);
  }

  #typename(scope: Scope): string {
    if (!this.#choices.chance(25)) return '__typename';
    const key = this.#key('__typename', '__typename', scope, true);
    return `${key}: __typename${this.#conditions()}`;
  }

  /** Leaves first: they are the plainest. Below the deepest level, nothing else. */
  #selectable(
    type: GraphQLCompositeType,
    depth: number,
  ): readonly GraphQLField<unknown, unknown>[] {
    if (isUnionType(type)) return [];
    const fields = Object.values(type.getFields());
    const leaves = fields.filter(({ type: of }) => isLeafType(getNamedType(of)));
    if (depth >= deepest || this.#fields >= mostFields) return leaves;
    const objects = fields.filter((field) => !leaves.includes(field));
    return this.#choices.chance(depth === 0 ? 90 : 55) && objects.length > 0 ? objects : leaves;
  }

  #field(
    parent: GraphQLCompositeType,
    field: GraphQLField<unknown, unknown>,
    scope: Scope,
    depth: number,
  ): string {
    this.#fields += 1;
    const given = this.#arguments(field.args);
    const owner = isObjectType(parent) && this.#choices.chance(10) ? parent.name : '';
    const meaning = `${field.name}${given}: ${field.type} ${owner}`;
    const wanted = this.#wantedKey(field.name, scope);
    const key = this.#key(wanted, meaning, scope, false);
    const alias = key === field.name ? '' : `${key}: `;
    const head = `${alias}${field.name}${given}${this.#conditions()}`;
    const of = getNamedType(field.type);
    if (!isCompositeType(of)) return head;
    const below = scope.keys.get(key)?.scope ?? newScope();
    return `${head} ${this.#selectionSet(of, below, depth + 1)}`;
  }

  /** Now and then an alias, which may be the name of some other field. */
  #wantedKey(name: string, scope: Scope): string {
    if (scope.prefix !== '') return this.#choices.chance(5) ? name : `${scope.prefix}${name}`;
    return this.#choices.chance(15) ? this.#choices.pick(['x', 'y', 'id', 'label', 'size']) : name;
  }

  /** `wanted`, unless it stands for something else here already. */
  #key(wanted: string, meaning: string, scope: Scope, fresh: boolean): string {
    const known = scope.keys.get(wanted);
    if (!fresh && (known === undefined || known.meaning === meaning)) {
      if (known === undefined) scope.keys.set(wanted, { meaning, scope: newScope(scope.prefix) });
      return wanted;
    }
    this.#names += 1;
    const key = `${wanted.replace(/^__/, '')}_${this.#names}`;
    scope.keys.set(key, { meaning, scope: newScope(scope.prefix) });
    return key;
  }

  #inlineFragment(type: GraphQLCompositeType, scope: Scope, depth: number): string {
    if (this.#choices.chance(15)) {
      return `...${this.#conditions(70)} ${this.#selectionSet(type, scope, depth + 1)}`;
    }
    const target = this.#choices.pick(this.#overlapping(type));
    const conditions = this.#conditions();
    return `... on ${target.name}${conditions} ${this.#selectionSet(target, scope, depth + 1)}`;
  }

  #namedFragment(type: GraphQLCompositeType, depth: number): string {
    const allowed = this.#overlapping(type);
    const fitting = this.#reusable.filter((one) => allowed.includes(one.type));
    if (depth <= deepestReuse && fitting.length > 0 && this.#choices.chance(40)) {
      return `...${this.#choices.pick(fitting).name}${this.#conditions()}`;
    }
    const target = this.#choices.pick(allowed);
    this.#names += 1;
    const name = `Fragment${this.#names}`;
    const own = newScope(`f${this.#names}_`);
    const selection = this.#selectionSet(target, own, depth + 1);
    this.#fragments.push(`fragment ${name} on ${target.name} ${selection}`);
    this.#reusable.push({ name, type: target });
    return `...${name}${this.#conditions()}`;
  }

  /** The type itself comes first. */
  #overlapping(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    const types = Object.values(this.#schema.getTypeMap()).filter(isCompositeType);
    const others = types.filter(
      (other) =>
        other !== type && !other.name.startsWith('__') && doTypesOverlap(this.#schema, other, type),
    );
    return [type, ...others];
  }

  #conditions(percent = 8): string {
    if (!this.#choices.chance(percent)) return '';
    const name = this.#choices.pick(['include', 'skip']);
    const wanted = this.#choices.chance(70) === (name === 'include');
    const type = this.#schema.getType('Boolean');
    if (this.#choices.chance(25) || type === undefined) return ` @${name}(if: ${wanted})`;
    return ` @${name}(if: ${this.#condition(wanted)})`;
  }

  /** A variable of its own, or with a default. */
  #condition(value: boolean): string {
    this.#names += 1;
    const name = `if${this.#names}`;
    if (this.#choices.chance(30)) {
      this.#definitions.push(`$${name}: Boolean = ${value}`);
    } else {
      this.#definitions.push(`$${name}: Boolean!`);
      this.#variables[name] = value;
    }
    return `$${name}`;
  }

  #arguments(definitions: readonly GraphQLArgument[]): string {
    const given = definitions.filter((one) => isRequiredArgument(one) || this.#choices.chance(50));
    if (given.length === 0) return '';
    return `(${given.map((one) => `${one.name}: ${this.#argument(one)}`).join(', ')})`;
  }

  #argument({ type }: GraphQLArgument): string {
    const value = randomValue(this.#choices, type);
    if (this.#choices.chance(40)) return this.#variable(type, value);
    return literal(value, type, (of, part) =>
      this.#choices.chance(20) ? this.#variable(of, part) : undefined,
    );
  }

  /** A variable for a place of this type, with a value, a default, both, or, where it may, neither. */
  #variable(type: GraphQLInputType, value: unknown): string {
    this.#names += 1;
    const name = `v${this.#names}`;
    const isNullable = !isNonNullType(type);
    const fallback = isNullable && this.#choices.chance(40);
    const text = fallback ? ` = ${literal(randomValue(this.#choices, type), type)}` : '';
    this.#definitions.push(`$${name}: ${type}${text}`);
    if (!isNullable || this.#choices.chance(70)) this.#variables[name] = value;
    return `$${name}`;
  }
}

function newScope(prefix = ''): Scope {
  return { keys: new Map(), prefix };
}
