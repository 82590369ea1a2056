import { type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql';
import { jsonString } from '../lib/json-text.ts';

/** A value as JSON text; undefined where it is not of the type. */
export type WriteLeaf = (value: unknown) => string | undefined;

const largestInt = 2 ** 31 - 1;
const smallestInt = -(2 ** 31);

const scalars = new Map<string, WriteLeaf>([
  [
    'Int',
    (value) =>
      Number.isInteger(value) && Number(value) <= largestInt && Number(value) >= smallestInt
        ? `${value}`
        : undefined,
  ],
  ['Float', (value) => (Number.isFinite(value) ? `${value}` : undefined)],
  ['String', (value) => (typeof value === 'string' ? jsonString(value) : undefined)],
  ['Boolean', (value) => (typeof value === 'boolean' ? `${value}` : undefined)],
  [
    'ID',
    (value) => {
      if (typeof value === 'string') return jsonString(value);
      return Number.isInteger(value) ? `"${value}"` : undefined;
    },
  ],
]);

/**
 * Result coercion of GraphQL October 2021, sections 3.5 and 3.9, for values that came as JSON
 * from a GraphQL service: a number for an `ID` becomes text, and otherwise types have to fit.
 * Custom scalars pass as they are.
 */
export function leafWriter(type: GraphQLLeafType): WriteLeaf {
  if (isEnumType(type)) {
    const texts = new Map<unknown, string>();
    for (const { name } of type.getValues()) texts.set(name, JSON.stringify(name));
    return (value) => texts.get(value);
  }
  const scalar = isSpecifiedScalarType(type) ? scalars.get(type.name) : undefined;
  return scalar ?? ((value) => JSON.stringify(value));
}
