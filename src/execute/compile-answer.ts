import assert from 'node:assert/strict';
import {
  type GraphQLAbstractType,
  type GraphQLOutputType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { inOnePiece } from '../lib/json-text.ts';
import { getOwn, isObject, type JsonObject } from '../lib/own.ts';
import type { Completion, Write } from './completion.ts';
import { leafWriters } from './leaf.ts';
import {
  collectFields,
  dependsOnObjectType,
  type FieldsType,
  type SelectedField,
  type SelectionContext,
} from './selection.ts';

export interface AnswerContext extends SelectionContext {
  /** The client's response key for each one that the plan has under another name. */
  readonly clientKeys: ReadonlyMap<string, string>;
  /** What is denied to the caller is null in the answer. */
  readonly withDenied: true;
}

type WriteObject = (value: Readonly<JsonObject>, to: Completion) => string | undefined;

/**
 * Writes the answer out of what the subgraphs gave; `null` for an operation whose root is nulled.
 * Undefined while it is paused: then it is to be called again.
 */
export type WriteAnswer = (data: Readonly<JsonObject>, to: Completion) => string | undefined;

/**
 * Prepares how an operation is answered: `CompleteValue` of GraphQL October 2021, section 6.4.3,
 * with the null propagation of section 6.4.4. Nothing that was not selected gets into an answer.
 * What is below an object is prepared when the first of its type is met, and kept.
 */
export function compileAnswer(
  root: FieldsType,
  selectionSet: SelectionSetNode,
  context: AnswerContext,
): WriteAnswer {
  const write = new Compiler(context).object(root, [selectionSet]);
  return (data, to) => write(data, to) ?? nullOf(to);
}

class Compiler {
  readonly #context: AnswerContext;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  object(type: FieldsType, selectionSets: readonly SelectionSetNode[]): WriteObject {
    let fields: readonly Write[] | undefined;
    return (value, to) => {
      fields ??= this.#fields(type, selectionSets);
      const begun = to.pauses.takeUp();
      if (begun === undefined && !to.admits(fields.length)) return undefined;
      const size = begun?.size ?? to.size;
      let text = begun?.text ?? '';
      to.depth += 1;
      for (let index = begun?.index ?? 0; index < fields.length; index += 1) {
        const field = fields[index]?.(value, to);
        if (field === undefined) return to.leave({ text, index, size });
        text += field;
      }
      to.depth -= 1;
      to.pauses.count(fields.length);
      text = text === '' ? '{}' : `${text}}`;
      return to.fits(size, text) ? text : undefined;
    };
  }

  /** Each writes its key too, with the comma or brace before it, and is given the object. */
  #fields(type: FieldsType, selectionSets: readonly SelectionSetNode[]): readonly Write[] {
    return collectFields(type, selectionSets, this.#context).map((selected, index) => {
      const name = this.#context.clientKeys.get(selected.key) ?? selected.key;
      const start = `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`;
      return this.#field(type, selected, start);
    });
  }

  #field(parent: FieldsType, selected: SelectedField, start: string) {
    const { key, name, field, selectionSets, denied } = selected;
    if (name === '__typename') return always(`${start}${JSON.stringify(parent.name)}`);
    if (field === undefined) return introspected(key, start);
    const label = `${parent.name}.${name}`;
    const whenMissing = isNonNullType(field.type) ? undefined : `${start}null`;
    if (denied) return () => whenMissing;
    const isLeaf = isLeafType(getNamedType(field.type));
    const write = this.#value(field.type, selectionSets, label);
    return (value: unknown, to: Completion): string | undefined => {
      const source = value as JsonObject; // what `object` is given
      to.keys[to.depth] = key;
      const member = getOwn(source, key);
      if (member === undefined) {
        if (whenMissing !== undefined && to.tolerates(source, key)) return whenMissing;
        if (
          to.missing(source, parent.name, key, label) !== undefined &&
          whenMissing === undefined
        ) {
          to.refuseNull(label);
        }
        return whenMissing;
      }
      // Another subgraph gave the object, but not what the failed one was to add to it.
      if (to.failures.hasLosses) to.failures.passOnLossOf(source, key, member);
      const text = isLeaf ? write(member, to) : to.once(write, member);
      return text === undefined ? undefined : start + text;
    };
  }

  #value(
    type: GraphQLOutputType,
    selectionSets: readonly SelectionSetNode[],
    label: string,
  ): Write {
    if (isNonNullType(type)) {
      const present = this.#present(type.ofType, selectionSets, label);
      return (value, to) => (value === null ? to.refuseNull(label) : present(value, to));
    }
    const present = this.#present(type, selectionSets, label);
    return (value, to) => (value === null ? 'null' : (present(value, to) ?? nullOf(to)));
  }

  #present(
    type: GraphQLOutputType,
    selectionSets: readonly SelectionSetNode[],
    label: string,
  ): Write {
    if (isListType(type)) return list(this.#value(type.ofType, selectionSets, label), label);
    if (isLeafType(type)) {
      const expected = `a value of type ${type.name}`;
      const { any, plain } = leafWriters(type);
      return (value, to) => (to.isPlain ? plain : any)(value) ?? to.misfit(expected, label);
    }
    assert(!isNonNullType(type), 'Non-null types are not nested');
    const write = isObjectType(type)
      ? this.object(type, selectionSets)
      : this.#abstract(type, selectionSets, label);
    return (value, to) => (isObject(value) ? write(value, to) : to.misfit('an object', label));
  }

  /**
   * An abstract type's object type is the one that the subgraph named, if clients may know it.
   * A subgraph with an `@interfaceObject` cannot name one: then the interface itself will do,
   * unless what is selected differs from type to type.
   */
  #abstract(
    type: GraphQLAbstractType,
    selectionSets: readonly SelectionSetNode[],
    label: string,
  ): WriteObject {
    const writers = new Map<unknown, WriteObject | undefined>();
    return (value, to) => {
      const typename = getOwn(value, '__typename');
      let write = writers.get(typename);
      if (write === undefined && !writers.has(typename)) {
        const known = this.#runtimeType(type, selectionSets, typename);
        write = known && this.object(known, selectionSets);
        // What is no type's name comes from a subgraph, which may make up any number of them.
        if (write !== undefined) writers.set(typename, write);
      }
      return write === undefined ? to.untyped(value, label) : write(value, to);
    };
  }

  #runtimeType(
    type: GraphQLAbstractType,
    selectionSets: readonly SelectionSetNode[],
    typename: unknown,
  ): FieldsType | undefined {
    const { schema } = this.#context;
    const named = typeof typename === 'string' ? schema.getType(typename) : undefined;
    if (isObjectType(named)) return schema.isSubType(type, named) ? named : undefined;
    const unnamed = typename === undefined || isInterfaceType(named);
    if (!unnamed || !isInterfaceType(type)) return undefined;
    return dependsOnObjectType(type, selectionSets, this.#context) ? undefined : type;
  }
}

/** The null of a value that may be null, unless it is only not written yet. */
function nullOf({ pauses }: Completion): string | undefined {
  return pauses.isPaused ? undefined : 'null';
}

function always(text: string): Write {
  return () => text;
}

function introspected(key: string, start: string): Write {
  return (_value, to) => start + JSON.stringify(getOwn(to.introspected, key) ?? null);
}

/** Characters of a list that are kept as pieces: thousands of small ones are dear to collect. */
const longestTree = 16_384;

function list(item: Write, label: string): Write {
  return (value, to) => {
    if (!Array.isArray(value)) return to.misfit('a list', label);
    const begun = to.pauses.takeUp();
    if (begun === undefined && !to.admits(value.length)) return undefined;
    const size = begun?.size ?? to.size;
    let before = '';
    let text = begun?.text ?? '[';
    to.depth += 1;
    for (let index = begun?.index ?? 0; index < value.length; index += 1) {
      if (to.pauses.isDue) return to.pause({ text: before + text, index, size });
      to.keys[to.depth] = index;
      const written = item(value[index], to);
      if (written === undefined) return to.leave({ text: before + text, index, size });
      to.pauses.count(1);
      text += index === 0 ? written : `,${written}`;
      if (text.length > longestTree) {
        before += inOnePiece(text);
        text = '';
      }
    }
    to.depth -= 1;
    text = `${before}${text}]`;
    return to.fits(size, text) ? text : undefined;
  };
}
