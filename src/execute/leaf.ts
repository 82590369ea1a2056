import { type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql';
import { jsonString } from '../lib/json-text.ts';

/** A value as JSON text; undefined where it is not of the type. */
export type WriteLeaf = (value: unknown) => string | undefined;

/** How values of one type are written. */
export interface LeafWriters {
  readonly any: WriteLeaf;
  /** Sooner, for those of plain answers: their texts hold nothing that JSON escapes. */
  readonly plain: WriteLeaf;
}

const largestInt = 2 ** 31 - 1;
const smallestInt = -(2 ** 31);

const scalars = new Map<string, LeafWriters>([
  [
    'Int',
    alike((value) =>
      Number.isInteger(value) && Number(value) <= largestInt && Number(value) >= smallestInt
        ? `${value}`
        : undefined,
    ),
  ],
  ['Float', alike((value) => (Number.isFinite(value) ? `${value}` : undefined))],
  [
    'String',
    {
      any: (value) => (typeof value === 'string' ? jsonString(value) : undefined),
      plain: (value) => (typeof value === 'string' ? `"${value}"` : undefined),
    },
  ],
  ['Boolean', alike((value) => (typeof value === 'boolean' ? `${value}` : undefined))],
  [
    'ID',
    {
      any: (value) => (typeof value === 'string' ? jsonString(value) : numericId(value)),
      plain: (value) => (typeof value === 'string' ? `"${value}"` : numericId(value)),
    },
  ],
]);
const custom = alike((value) => JSON.stringify(value));

function alike(write: WriteLeaf): LeafWriters {
  return { any: write, plain: write };
}

function numericId(value: unknown): string | undefined {
  return Number.isInteger(value) ? `"${value}"` : undefined;
}

/**
 * Result coercion of GraphQL October 2021, sections 3.5 and 3.9, for values that came as JSON
 * from a GraphQL service: a number for an `ID` becomes text, and otherwise types have to fit.
 * Custom scalars pass as they are.
 */
export function leafWriters(type: GraphQLLeafType): LeafWriters {
  if (isEnumType(type)) {
    const texts = new Map<unknown, string>();
    for (const { name } of type.getValues()) texts.set(name, JSON.stringify(name));
    return alike((value) => texts.get(value));
  }
  const scalar = isSpecifiedScalarType(type) ? scalars.get(type.name) : undefined;
  return scalar ?? custom;
}
