import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Choices } from './choices.ts';

/** A random JSON value of an input type. */
export function randomValue(choices: Choices, type: GraphQLInputType, depth = 0): unknown {
  if (isNonNullType(type)) return nonNull(choices, type.ofType, depth);
  return choices.chance(8) ? null : nonNull(choices, type, depth);
}

function nonNull(choices: Choices, type: GraphQLInputType, depth: number): unknown {
  if (isListType(type)) {
    if (choices.chance(10)) return nonNull(choices, type.ofType, depth);
    const length = choices.below(3);
    return Array.from({ length }, () => randomValue(choices, type.ofType, depth));
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      ({ type: of }) => choices.chance(50) && (depth < 1 || !isInputObjectType(of)),
    );
    return Object.fromEntries(
      fields.map(({ name, type: of }) => [name, randomValue(choices, of, depth + 1)]),
    );
  }
  if (isEnumType(type)) return choices.pick(type.getValues()).name;
  if (isNonNullType(type)) return nonNull(choices, type.ofType, depth);
  return scalar(choices, type.name);
}

function scalar(choices: Choices, name: string): unknown {
  if (name === 'Boolean') return choices.chance(50);
  if (name === 'String') return choices.pick(['', 'x', 'a "quoted"\nline', 'é']);
  return choices.below(4);
}

/** A JSON value as GraphQL writes it; `holes` may replace a value by a variable. */
export function literal(
  value: unknown,
  type: GraphQLInputType,
  hole: (type: GraphQLInputType, value: unknown) => string | undefined = () => undefined,
): string {
  if (isNonNullType(type)) return literal(value, type.ofType, hole);
  if (value === null) return 'null';
  if (isListType(type)) {
    if (!Array.isArray(value)) return literal(value, type.ofType, hole);
    return `[${value.map((item) => hole(type.ofType, item) ?? literal(item, type.ofType, hole)).join(', ')}]`;
  }
  if (isEnumType(type)) return String(value);
  if (!isInputObjectType(type)) return JSON.stringify(value);
  const fields = Object.entries(value as object).map(([name, part]) => {
    const of = type.getFields()[name]?.type;
    if (of === undefined) throw new TypeError(`${type.name} has no field ${name}`);
    return `${name}: ${hole(of, part) ?? literal(part, of, hole)}`;
  });
  return `{ ${fields.join(', ')} }`;
}
