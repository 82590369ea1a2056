import {
  type GraphQLOutputType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import { getOwn, isObject, type JsonObject, setOwn } from '../lib/own.ts';
import type { Failures, Loss } from './failures.ts';
import type { Gaps } from './gaps.ts';
import { coerceLeaf } from './leaf.ts';
import type { Path } from './places.ts';
import {
  collectFields,
  dependsOnObjectType,
  type FieldsType,
  type ObjectSelection,
  type SelectedField,
  type SelectionContext,
} from './selection.ts';

export interface CompletionInput extends SelectionContext {
  readonly failures: Failures;
  readonly gaps: Gaps;
  /** The client's response key for each one that the plan has under another name. */
  readonly clientKeys: ReadonlyMap<string, string>;
  /** The answers to `__schema` and `__type`, under their response keys. */
  readonly introspected: Readonly<JsonObject>;
}

/**
 * Makes the answer out of what the subgraphs gave: `CompleteValue` of GraphQL October 2021,
 * section 6.4.3, with the null propagation of section 6.4.4. Nothing that was not selected gets
 * into it. Null stands for an operation whose root was nulled.
 */
export function complete(
  root: FieldsType,
  selectionSet: SelectionSetNode,
  data: Readonly<JsonObject>,
  input: CompletionInput,
): JsonObject | null {
  return new Completion(input).object(root, [selectionSet], data, []) ?? null;
}

/** A value of a type that may not be null was null: the next nullable parent becomes null. */
const nulled = Symbol('nulled');
type Nulled = typeof nulled;

class Completion {
  readonly #input: CompletionInput;
  readonly #selections = new Map<readonly SelectionSetNode[], Map<string, ObjectSelection>>();

  constructor(input: CompletionInput) {
    this.#input = input;
  }

  object(
    type: FieldsType,
    selectionSets: readonly SelectionSetNode[],
    source: Readonly<JsonObject>,
    path: Path,
  ): JsonObject | undefined {
    const target: JsonObject = {};
    for (const selected of this.#selectionOf(type, selectionSets)) {
      const value = this.#field(type, selected, source, path);
      if (value === nulled) return undefined;
      setOwn(target, this.#input.clientKeys.get(selected.key) ?? selected.key, value);
    }
    return target;
  }

  /** The fields of `type`, collected once for all objects at the same selection. */
  #selectionOf(type: FieldsType, selectionSets: readonly SelectionSetNode[]): ObjectSelection {
    let byType = this.#selections.get(selectionSets);
    if (byType === undefined) {
      byType = new Map();
      this.#selections.set(selectionSets, byType);
    }
    const known = byType.get(type.name);
    if (known !== undefined) return known;
    const selection = collectFields(type, selectionSets, this.#input);
    byType.set(type.name, selection);
    return selection;
  }

  #field(
    parent: FieldsType,
    selected: SelectedField,
    source: Readonly<JsonObject>,
    path: Path,
  ): unknown | Nulled {
    if (selected.name === '__typename') return parent.name;
    if (selected.field === undefined) return getOwn(this.#input.introspected, selected.key) ?? null;
    const at = [...path, selected.key];
    const value = getOwn(source, selected.key);
    const loss = this.#input.failures.lossOf(source, selected.key);
    if (value === undefined) return this.#lost(parent, selected, loss, at);
    // Another subgraph gave the object, but not what the failed one was to add to it.
    if (loss !== undefined) this.#input.failures.passOn(value, loss);
    const label = `${parent.name}.${selected.name}`;
    return this.#value(selected.field.type, selected.selectionSets, value, at, label);
  }

  /** A field that no subgraph supplied: there is a reason, or there should have been one. */
  #lost(
    parent: FieldsType,
    selected: SelectedField,
    loss: Loss | undefined,
    path: Path,
  ): null | Nulled {
    const { failures, gaps } = this.#input;
    const type = selected.field?.type;
    const label = `${parent.name}.${selected.name}`;
    if (gaps.has(path, parent.name)) {
      failures.report(unreachable(label), path);
      return isNonNullType(type) ? nulled : null;
    }
    if (loss === 'null') return this.#null(type, path, label);
    if (loss === undefined) {
      if (!failures.explains(path)) failures.report(unsuited(`No value came for ${label}`), path);
    } else if (loss !== 'told') {
      failures.report(loss, path);
    }
    return isNonNullType(type) ? nulled : null;
  }

  /** Null, which a non-null type turns into an error of its own where nothing explains it. */
  #null(type: GraphQLOutputType | undefined, path: Path, label: string): null | Nulled {
    if (!isNonNullType(type)) return null;
    const { failures } = this.#input;
    if (!failures.explains(path)) {
      failures.report(unsuited(`Cannot return null for non-nullable field ${label}`), path);
    }
    return nulled;
  }

  #value(
    type: GraphQLOutputType,
    selectionSets: readonly SelectionSetNode[],
    value: unknown,
    path: Path,
    label: string,
  ): unknown | Nulled {
    if (value === null) return this.#null(type, path, label);
    const nullable = isNonNullType(type) ? type.ofType : type;
    const completed = this.#present(nullable, selectionSets, value, path, label);
    return completed === nulled && !isNonNullType(type) ? null : completed;
  }

  #present(
    type: GraphQLOutputType,
    selectionSets: readonly SelectionSetNode[],
    value: unknown,
    path: Path,
    label: string,
  ): unknown | Nulled {
    if (isListType(type)) {
      if (!Array.isArray(value)) return this.#misfit(`a list`, path, label);
      return this.#list(type.ofType, selectionSets, value, path, label);
    }
    if (isLeafType(type)) {
      return coerceLeaf(type, value) ?? this.#misfit(`a value of type ${type.name}`, path, label);
    }
    if (!isObject(value)) return this.#misfit('an object', path, label);
    const runtimeType = this.#runtimeType(type, selectionSets, value);
    if (runtimeType === undefined) return this.#untyped(value, path, label);
    return this.object(runtimeType, selectionSets, value, path) ?? nulled;
  }

  #list(
    type: GraphQLOutputType,
    selectionSets: readonly SelectionSetNode[],
    values: readonly unknown[],
    path: Path,
    label: string,
  ): unknown[] | Nulled {
    const items: unknown[] = [];
    for (const [index, value] of values.entries()) {
      const item = this.#value(type, selectionSets, value, [...path, index], label);
      if (item === nulled) return nulled;
      items.push(item);
    }
    return items;
  }

  /**
   * An abstract type's object type is the one that the subgraph named, if clients may know it.
   * A subgraph with an `@interfaceObject` cannot name one: then the interface itself will do,
   * unless what is selected differs from type to type.
   */
  #runtimeType(
    type: GraphQLOutputType,
    selectionSets: readonly SelectionSetNode[],
    value: Readonly<JsonObject>,
  ): FieldsType | undefined {
    if (isObjectType(type)) return type;
    if (!isAbstractType(type)) return undefined;
    const { schema } = this.#input;
    const typename = getOwn(value, '__typename');
    const named = typeof typename === 'string' ? schema.getType(typename) : undefined;
    if (isObjectType(named)) return schema.isSubType(type, named) ? named : undefined;
    const unnamed = typename === undefined || isInterfaceType(named);
    if (!unnamed || !isInterfaceType(type)) return undefined;
    return dependsOnObjectType(type, selectionSets, this.#input) ? undefined : type;
  }

  /** An object whose type is not known, because the fetch of its name failed or for no reason. */
  #untyped(value: Readonly<JsonObject>, path: Path, label: string): Nulled {
    const loss = this.#input.failures.lossOf(value, '__typename');
    if (loss === undefined || loss === 'null') {
      return this.#misfit('an object of a known type', path, label);
    }
    if (loss !== 'told') this.#input.failures.report(loss, path);
    return nulled;
  }

  /** A value of the wrong type is an error, and null. */
  #misfit(expected: string, path: Path, label: string): Nulled {
    this.#input.failures.report(unsuited(`Expected ${expected} for ${label}`), path);
    return nulled;
  }
}

function unreachable(label: string): GatewayError {
  return new GatewayError('QUERY_PLANNING_FAILED', `No subgraph can supply ${label}`);
}

function unsuited(message: string): GatewayError {
  return new GatewayError('SUBREQUEST_MALFORMED_RESPONSE', message);
}
