import {
  isInterfaceType,
  isObjectType,
  isUnionType,
  operationFromDocument,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph,
} from '@apollo/federation-internals';
import { prettyFormatQueryPlan, type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, parse } from 'graphql';
import { StartupError } from '../errors.ts';
import { followContexts } from './mends/follow-contexts.ts';
import { type RequiredArguments, requiredArgumentsApart } from './mends/required-arguments.ts';
import { hideStandIns, withArgumentsBack } from './mends/required-arguments-plan.ts';
import { resolvableKeysFirst } from './mends/resolvable-keys-first.ts';

export type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';

/** A subgraph as the supergraph names it. */
export interface SubgraphMetadata {
  readonly name: string;
  /** The routing URL that was composed in; the configuration may give another. */
  readonly url: string;
}

/** One supergraph, ready to plan: the only door to Apollo's planner. */
export interface Planner {
  /** What clients see: without `@inaccessible` elements and federation's own. */
  readonly apiSchema: GraphQLSchema;
  readonly subgraphs: readonly SubgraphMetadata[];
  /** The object types that an interface or union stands for, `@inaccessible` ones included. */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every field name of the supergraph: the response keys that a plan may add for itself. */
  readonly fieldNames: ReadonlySet<string>;
  /** Plans the only operation of a document that is valid against `apiSchema`. */
  plan(document: DocumentNode): QueryPlan;
}

/**
 * Reads a composed supergraph. It accepts the security, cost, cache-tag and context
 * specifications, which the stock gateway refuses: what they ask for is enforced elsewhere.
 * Fetches come without named fragments, so that several can be joined into one document. Throws
 * a `StartupError`, with `file` as the place, when the text is no supergraph that can be used.
 */
export function createPlanner(supergraphSdl: string, file?: string): Planner {
  const { supergraph, required, planner } = buildPlanner(supergraphSdl, file);
  const apiSchema = supergraph.apiSchema();
  hideStandIns(apiSchema, required);
  return {
    apiSchema: apiSchema.toGraphQLJSSchema(),
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
    possibleTypes: possibleTypes(supergraph),
    fieldNames: fieldNames(supergraph),
    plan(document) {
      const operation = operationFromDocument(apiSchema, document, { validate: false });
      return withArgumentsBack(planner.buildQueryPlan(operation), required);
    },
  };
}

interface BuiltPlanner {
  readonly supergraph: Supergraph;
  readonly required: RequiredArguments;
  readonly planner: QueryPlanner;
}

function buildPlanner(sdl: string, file: string | undefined): BuiltPlanner {
  try {
    const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;
    const required = requiredArgumentsApart(resolvableKeysFirst(parse(sdl)));
    const supergraph = Supergraph.build(required.document, { supportedFeatures });
    const planner = new QueryPlanner(supergraph, { reuseQueryFragments: false });
    followContexts(planner);
    return { supergraph, required, planner };
  } catch (cause) {
    // What follows an empty line shows the place in a text that composition wrote.
    const [reason] = String(cause instanceof Error ? cause.message : cause).split('\n\n');
    const message = `The supergraph cannot be used: ${reason}`;
    const problem = { code: 'SUPERGRAPH_INVALID', message, ...(file !== undefined && { file }) };
    throw new StartupError('supergraph', [problem], { cause });
  }
}

/** A plan as people read it. */
export function formatPlan(plan: QueryPlan): string {
  return prettyFormatQueryPlan(plan);
}

function possibleTypes(supergraph: Supergraph): ReadonlyMap<string, ReadonlySet<string>> {
  const possible = new Map<string, ReadonlySet<string>>();
  for (const type of supergraph.schema.types()) {
    if (isInterfaceType(type)) {
      possible.set(type.name, new Set(type.possibleRuntimeTypes().map(({ name }) => name)));
    } else if (isUnionType(type)) {
      possible.set(type.name, new Set(type.types().map(({ name }) => name)));
    }
  }
  return possible;
}

function fieldNames(supergraph: Supergraph): ReadonlySet<string> {
  const names = new Set<string>(['__typename']);
  for (const type of supergraph.schema.types()) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of type.fields()) names.add(field.name);
  }
  return names;
}
