import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type ExecutionResult,
  execute,
  type GraphQLOutputType,
  getNullableType,
  isEnumType,
  isListType,
  isObjectType,
  isScalarType,
  parse,
} from 'graphql';
import { Disposer } from '../../src/lib/disposer.ts';
import { linked, startAnswering } from '../harness/subgraph.ts';
import { type Configured, type GatewayProcess, startGatewayProcess } from './gateway-process.ts';

const names = ['one', 'two', 'three'];
const types = ['Product', 'User', 'Review'];

/**
 * Three subgraphs that share much: entities behind an interface and a union, which refer to each
 * other without end, and fields that two or three of them can supply. So there are many plans.
 */
function sdlOf(subgraph: string): string {
  const fields = `
    id: ID!
    name(format: String): String @shareable
    next: Node @shareable
    related(first: Int, filter: Filter): [Node!] @shareable
    match: Match @shareable
    user: User @shareable
    ${subgraph}: Int
    ${subgraph}Next: Node`;
  const entities = types.map(
    (type) =>
      `type ${type} implements Node @key(fields: "id") { ${fields} of${type}: ${type} @shareable }`,
  );
  return `
    type Query {
      ${subgraph}Node(id: ID!): Node
      ${subgraph}Matches(filter: Filter, filters: [Filter!]): [Match!]
      echo(number: Int, numbers: [Int], text: String, color: Color): String @shareable
      product: Product @shareable
    }
    interface Node {
      id: ID!
      name(format: String): String
      next: Node
      related(first: Int, filter: Filter): [Node!]
      match: Match
      user: User
    }
    union Match = ${types.join(' | ')}
    enum Color { RED GREEN }
    input Filter { text: String number: Int all: [Filter!] not: Filter color: Color }
    ${entities.join('\n')}`;
}

/** A gateway in a process of its own, with what it has by default, in front of such subgraphs. */
export async function startNastyWorld(config: Configured = {}): Promise<GatewayProcess> {
  const disposer = new Disposer();
  try {
    const served = [];
    for (const name of names) {
      const sdl = sdlOf(name);
      const { url } = disposer.use(await startAnswering(answering(sdl)));
      served.push({ name, sdl, url });
    }
    const gateway = disposer.use(await startGatewayProcess(served, config));
    return { ...gateway, [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose]() };
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}

/** Answers everything: with one item in each list, and with a product for what is abstract. */
function answering(sdl: string) {
  const schema = buildSubgraphSchema(parse(linked(sdl)));
  return ({ query, variables }: { query: string; variables: Readonly<Record<string, unknown>> }) =>
    execute({
      schema,
      document: parse(query, { noLocation: true }),
      variableValues: variables,
      fieldResolver: (_source, args, _context, { fieldName, returnType }) =>
        fieldName === '_entities' ? args['representations'] : answerOf(returnType),
      typeResolver: ({ __typename }) => __typename ?? 'Product',
    }) as ExecutionResult | Promise<ExecutionResult>;
}

function answerOf(type: GraphQLOutputType): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [answerOf(nullable.ofType)];
  if (isEnumType(nullable)) return 'RED';
  if (isObjectType(nullable)) return { __typename: nullable.name };
  if (isScalarType(nullable)) return 1;
  return { __typename: 'Product' };
}
