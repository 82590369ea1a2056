import {
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  Kind,
  type ObjectValueNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { getOwn, type JsonObject, setOwn } from '../../lib/own.ts';
import type { Variables } from '../variables.ts';

/** What an operation gives for an argument: known at once, or read from the variables. */
export type InputValue = KnownValue | VariableValue;

/** Undefined where nothing is given. */
export interface KnownValue {
  readonly known: unknown;
}

export interface VariableValue {
  readonly read: (variables: Variables) => unknown;
}

/** The value of `node`, in which input objects of a known type have the defaults of their fields. */
export function inputValue(node: ValueNode, type: GraphQLInputType | undefined): InputValue {
  switch (node.kind) {
    case Kind.VARIABLE: {
      const name = node.name.value;
      return { read: (variables) => getOwn(variables, name) };
    }
    case Kind.LIST:
      return joined(
        node.values.map((item) => inputValue(item, type)),
        (items) => items,
      );
    case Kind.OBJECT:
      return objectValue(node, type);
    default:
      return { known: valueFromASTUntyped(node) };
  }
}

/** What `value` is for a request with these variables. */
export function valueFor(value: InputValue, variables: Variables): unknown {
  return 'read' in value ? value.read(variables) : value.known;
}

function objectValue({ fields }: ObjectValueNode, type: GraphQLInputType | undefined): InputValue {
  const named = type && getNamedType(type);
  const declared = isInputObjectType(named) ? Object.values(named.getFields()) : [];
  const defaults = new Map(declared.map(({ name, defaultValue }) => [name, defaultValue]));
  const types = new Map(declared.map((field) => [field.name, field.type]));
  const names = fields.map(({ name }) => name.value);
  const values = fields.map(({ name, value }) => inputValue(value, types.get(name.value)));
  return joined(values, (given) => {
    const object: JsonObject = {};
    for (const [name, value] of defaults) if (value !== undefined) setOwn(object, name, value);
    for (const [index, name] of names.entries()) {
      if (given[index] !== undefined) setOwn(object, name, given[index]);
    }
    return object;
  });
}

function joined(
  values: readonly InputValue[],
  join: (values: readonly unknown[]) => unknown,
): InputValue {
  const read = (variables: Variables) => join(values.map((value) => valueFor(value, variables)));
  return values.some((value) => 'read' in value) ? { read } : { known: read({}) };
}
