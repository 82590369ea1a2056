import {
  type DefinitionNode,
  GraphQLSchema,
  type GraphQLSchemaConfig,
  isObjectType,
  Kind,
  parse,
  specifiedDirectives,
} from 'graphql';
import { extendSchemaImpl } from 'graphql/utilities/extendSchema.js';
import { atOnce, type Steps } from '../lib/in-slices.ts';

/** Builds a schema from the text of its definitions, which are taken to be valid. */
export function buildApiSchema(definitions: readonly string[]): GraphQLSchema {
  return atOnce(apiSchemaSteps(definitions));
}

/**
 * The same in steps: with thousands of types it takes hundreds of milliseconds. It does what
 * `buildASTSchema` of graphql-js does, but has the fields of each type made in a step of their own.
 */
export function* apiSchemaSteps(definitions: readonly string[]): Steps<GraphQLSchema> {
  const nodes: DefinitionNode[] = [];
  for (const text of definitions) {
    nodes.push(...parse(text, { noLocation: true }).definitions);
    yield;
  }
  const document = { kind: Kind.DOCUMENT, definitions: nodes } as const;
  const config = extendSchemaImpl(nothing, document, { assumeValid: true });
  yield;
  for (const type of config.types) {
    if ('getFields' in type) type.getFields();
    yield;
  }
  const named = new Set(config.directives.map(({ name }) => name));
  const directives = specifiedDirectives.filter(({ name }) => !named.has(name));
  return new GraphQLSchema({
    ...config,
    ...(config.astNode == null && defaultRoots(config.types)),
    directives: [...config.directives, ...directives],
  });
}

type SchemaConfig = Parameters<typeof extendSchemaImpl>[0];

const nothing: SchemaConfig = {
  description: undefined,
  types: [],
  directives: [],
  extensions: {},
  extensionASTNodes: [],
  assumeValid: true,
};

/** The root types by their usual names: GraphQL October 2021, section 3.3.1. */
function defaultRoots(types: SchemaConfig['types']): Partial<GraphQLSchemaConfig> {
  const root = (name: string) => types.filter(isObjectType).find((type) => type.name === name);
  return { query: root('Query'), mutation: root('Mutation'), subscription: root('Subscription') };
}
