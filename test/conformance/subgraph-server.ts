import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { linked } from '../harness/subgraph.ts';
import type { Model } from './model.ts';
import { type Source, typeOf, type World } from './world.ts';

/** Answers one operation out of the world that its caller sees, as a subgraph does. */
export type SubgraphServer = (
  query: string,
  variables: Readonly<Record<string, unknown>>,
  seen: World,
) => Promise<ExecutionResult>;

/** One subgraph of the model. What it was not to be asked for is an error. */
export function subgraphServer(
  model: Model,
  world: World,
  subgraph: string,
  sdl: string,
): SubgraphServer {
  const resolvers = referenceResolvers(model, world, subgraph);
  const schema = buildSubgraphSchema({ typeDefs: parse(linked(sdl)), resolvers });
  const fieldResolver = resolverIn(model, world, subgraph);
  const checked = new Map<string, DocumentNode>();
  return async (query, variableValues, contextValue) => {
    const document = checked.get(query) ?? checkedDocument(schema, query);
    checked.set(query, document);
    return execute({ schema, document, variableValues, fieldResolver, contextValue });
  };
}

/**
 * Resolves every field out of the world that is the context; for graphql-js, an `Error` that is
 * returned is thrown.
 */
export const resolveInWorld: GraphQLFieldResolver<Source | undefined, World> = (
  source,
  args,
  world,
  { parentType, fieldName },
) => world.resolve(parentType.name, fieldName, source, args);

function checkedDocument(schema: GraphQLSchema, query: string): DocumentNode {
  const document = parse(query, { noLocation: true });
  const [error] = validate(schema, document);
  if (error !== undefined) throw error;
  return document;
}

function resolverIn(
  model: Model,
  world: World,
  subgraph: string,
): GraphQLFieldResolver<Source | undefined, World> {
  const objects = model.interfaces.filter(({ objectIn }) => objectIn.includes(subgraph));
  const hidden = new Map(
    objects.flatMap(({ name, members }) => members.map((each) => [each, name])),
  );
  const known = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(known);
    const { __typename = '' } = Object(value) as Partial<Source>;
    const objectName = hidden.get(__typename);
    return objectName === undefined ? value : { ...(value as Source), __typename: objectName };
  };
  return (source, args, context, info) => {
    const field = world.field(info.parentType.name, info.fieldName);
    const shares =
      field === undefined ||
      field.owners.includes(subgraph) ||
      isProvided(model, subgraph, info.fieldName) ||
      model.values.some(({ name }) => name === info.parentType.name);
    if (!shares) return new Error(`${subgraph} is not to be asked for ${info.fieldName}`);
    return known(resolveInWorld(source, args, context, info));
  };
}

function isProvided(model: Model, subgraph: string, fieldName: string): boolean {
  return [...model.entities, ...model.roots].some(({ fields }) =>
    fields.some(({ provides, owners }) => provides === fieldName && owners.includes(subgraph)),
  );
}

type Reference = Readonly<Record<string, unknown>> & { readonly __typename: string };

function referenceResolvers(model: Model, world: World, subgraph: string) {
  const types = [...model.entities, ...model.interfaces.filter(({ home }) => home !== undefined)];
  const objects = model.interfaces.filter(({ objectIn }) => objectIn.includes(subgraph));
  const resolverFor = (name: string) => ({
    __resolveReference(representation: Reference): Source | null {
      const id = world.find(name, representation);
      if (id === undefined) return null;
      const isObject = objects.some((type) => type.name === name);
      return { __typename: isObject ? name : typeOf(id), id, representation };
    },
  });
  const present = types.filter(
    ({ name, presence, ...type }) =>
      presence.has(subgraph) || ('home' in type && type.home === subgraph && name !== ''),
  );
  return Object.fromEntries(present.map(({ name }) => [name, resolverFor(name)]));
}
