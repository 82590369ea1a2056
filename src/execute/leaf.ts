import {
  type GraphQLLeafType,
  type GraphQLScalarType,
  isEnumType,
  specifiedScalarTypes,
} from 'graphql';

const largestInt = 2 ** 31 - 1;
const smallestInt = -(2 ** 31);

/** Of each scalar of the specification, what a subgraph's value becomes; undefined if it is none. */
const coercions: Readonly<Record<string, (value: unknown) => unknown>> = {
  Int: (value) =>
    Number.isInteger(value) && Number(value) <= largestInt && Number(value) >= smallestInt
      ? value
      : undefined,
  Float: (value) => (Number.isFinite(value) ? value : undefined),
  String: (value) => (typeof value === 'string' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  ID: (value) =>
    typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : undefined,
};

/**
 * Result coercion of GraphQL October 2021, sections 3.5 and 3.9, for values that came as JSON
 * from a GraphQL service: a number for an `ID` becomes text, and otherwise types have to fit.
 * Custom scalars pass as they are. Undefined: the value is not of that type.
 */
export function coerceLeaf(type: GraphQLLeafType, value: unknown): unknown {
  if (isEnumType(type)) {
    return typeof value === 'string' && type.getValue(value) ? value : undefined;
  }
  if (!isSpecified(type)) return value;
  return coercions[type.name]?.(value);
}

function isSpecified(type: GraphQLScalarType): boolean {
  return specifiedScalarTypes.some(({ name }) => name === type.name);
}
