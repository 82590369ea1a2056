import assert from 'node:assert/strict';
import {
  buildSchema,
  defaultFieldResolver,
  type ExecutionArgs,
  execute,
  type GraphQLSchema,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import type { Resolvers } from './subgraph.ts';

/** What two servers of one schema have to agree on. */
export interface Outcome {
  /** As text, so that the order of keys counts. */
  readonly data: string;
  /** Of the errors whose place is still there, each path once, in any order. */
  readonly errorPaths: readonly string[];
}

/** One schema with one set of resolvers, executed by graphql-js: what a federation is held to. */
export function monolith(sdl: string, resolvers: Resolvers) {
  const schema = buildSchema(sdl);
  attach(schema, resolvers);
  return monolithOf(schema);
}

/** The same of a schema that has its resolvers, or needs no other than `fieldResolver`. */
export function monolithOf(
  schema: GraphQLSchema,
  fieldResolver: NonNullable<ExecutionArgs['fieldResolver']> = defaultFieldResolver,
) {
  return async (
    query: string,
    variableValues: Readonly<Record<string, unknown>> = {},
    contextValue?: unknown,
  ): Promise<Outcome> => {
    const document = parse(query);
    assert.deepEqual(validate(schema, document), []);
    return outcome(
      await execute({ schema, document, variableValues, fieldResolver, contextValue }),
    );
  };
}

/** Of a body, or of an execution result, what can be compared. */
export function outcome(body: unknown): Outcome {
  const { data, errors = [] } = JSON.parse(JSON.stringify(body)) as {
    data?: unknown;
    errors?: { path?: (string | number)[] }[];
  };
  const paths = errors.map(({ path = [] }) => reachable(data, path).join('.'));
  return { data: JSON.stringify(data), errorPaths: [...new Set(paths)].sort() };
}

/** Which error is told below a null depends on what ran first: only the null is compared. */
function reachable(
  data: unknown,
  path: readonly (string | number)[],
): readonly (string | number)[] {
  let value = data;
  for (const [index, key] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, index);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}

function attach(schema: GraphQLSchema, resolvers: Resolvers): void {
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    assert(isObjectType(type), `${typeName} is an object type`);
    for (const [name, resolve] of Object.entries(fields)) {
      const field = type.getFields()[name];
      if (field !== undefined) field.resolve = resolve as never;
    }
  }
}
