import {
  defaultPrintOptions,
  isInterfaceType,
  isObjectType,
  isUnionType,
  operationFromDocument,
  printSchema,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  type Schema,
  Supergraph,
} from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, parse, validateSchema } from 'graphql';
import { accessFacts } from '../auth/authorization/access-facts.ts';
import { StartupError } from '../errors.ts';
import { boundPlanner } from './bounded-planner.ts';
import { costFacts } from './cost-facts.ts';
import { withAliasesInConditions } from './mends/aliases-in-conditions.ts';
import { followContexts } from './mends/follow-contexts.ts';
import { withObjectTypesApart } from './mends/object-types-apart.ts';
import { type RequiredArguments, requiredArgumentsApart } from './mends/required-arguments.ts';
import { hideStandIns, withArgumentsBack } from './mends/required-arguments-plan.ts';
import { requiresInOrder } from './mends/requires-in-order.ts';
import { resolvableKeysFirst } from './mends/resolvable-keys-first.ts';
import {
  interfaceObjects,
  withTypesOfInterfaceObjects,
} from './mends/types-of-interface-objects.ts';
import { type OverrideLabels, overrideLabels } from './overrides/labels.ts';
import { PlanningEffort } from './planning-effort.ts';
import type { PlanRequest } from './query-plan.ts';
import { supergraphDocument } from './supergraph-document.ts';
import type { SupergraphFacts } from './supergraph-facts.ts';

/** A supergraph that was read, and what plans for it. */
export interface OpenSupergraph {
  readonly facts: SupergraphFacts;
  /** What clients see, definition by definition: see `buildApiSchema`. */
  readonly apiSdl: readonly string[];
  readonly plan: (request: PlanRequest) => QueryPlan;
}

/**
 * Reads a composed supergraph: the only door to Apollo's planner. It accepts the security, cost,
 * cache-tag and context specifications, which the stock gateway refuses: what they ask for is
 * enforced elsewhere. Throws a `StartupError`, with `file` as the place, when it cannot be used. The
 * planner looks at no more than `maxPaths` for one operation.
 */
export function openSupergraph(
  sdl: string,
  file: string | undefined,
  maxPaths = Number.POSITIVE_INFINITY,
): OpenSupergraph {
  const place = { ...(file !== undefined && { file }) };
  const document = supergraphDocument(sdl);
  if ('code' in document) throw new StartupError('supergraph', [{ ...document, ...place }]);
  try {
    return open(document, maxPaths);
  } catch (cause) {
    // What follows an empty line shows the place in a text that composition wrote.
    const [reason] = String(cause instanceof Error ? cause.message : cause).split('\n\n');
    const message = `The supergraph cannot be used: ${reason}`;
    const problem = { code: 'SUPERGRAPH_INVALID', message, ...place };
    throw new StartupError('supergraph', [problem], { cause });
  }
}

function open(document: DocumentNode, maxPaths: number): OpenSupergraph {
  const required = requiredArgumentsApart(resolvableKeysFirst(document));
  const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;
  const supergraph = Supergraph.build(required.document, { supportedFeatures });
  const apiSchema = supergraph.apiSchema();
  hideStandIns(apiSchema, required);
  const apiSdl = definitionsOf(apiSchema);
  const clientSchema = apiSchema.toGraphQLJSSchema();
  const [invalid] = validateSchema(clientSchema);
  if (invalid !== undefined) throw invalid;
  const labels = overrideLabels(document);
  const objects = interfaceObjects(document);
  const named = (operation: DocumentNode) =>
    withObjectTypesApart(
      withTypesOfInterfaceObjects(operation, clientSchema, objects),
      clientSchema,
    );
  const facts = {
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
    possibleTypes: possibleTypes(supergraph),
    fieldNames: fieldNames(supergraph),
    access: accessFacts(document),
    overrideLabels: labels,
    costs: costFacts(supergraph, apiSchema),
  };
  return {
    facts,
    apiSdl,
    plan: planning({ supergraph, apiSchema, required, labels, named, maxPaths }),
  };
}

/** The text of each definition by itself. */
function definitionsOf(schema: Schema): readonly string[] {
  const text = printSchema(schema, { ...defaultPrintOptions, mergeTypesAndExtensions: true });
  return parse(text).definitions.map(({ loc }) => text.slice(loc?.start, loc?.end));
}

interface PlanningInput {
  readonly supergraph: Supergraph;
  readonly apiSchema: Schema;
  readonly required: RequiredArguments;
  readonly labels: OverrideLabels;
  /** Names the types that the planner would not find, where it finds them. */
  readonly named: (operation: DocumentNode) => DocumentNode;
  readonly maxPaths: number;
}

/** Fetches come without named fragments, so that several can be joined into one document. */
function planning(input: PlanningInput): OpenSupergraph['plan'] {
  const { supergraph, apiSchema, required, labels, named } = input;
  const planner = new QueryPlanner(supergraph, { reuseQueryFragments: false });
  const effort = new PlanningEffort(input.maxPaths);
  boundPlanner(planner, effort);
  followContexts(planner);
  requiresInOrder();
  const known = [...labels.ofField.values()].flat();
  return ({ text, overrides }) => {
    const operation = operationFromDocument(apiSchema, named(parse(text)), { validate: false });
    const overrideConditions = new Map(known.map((label) => [label, overrides.includes(label)]));
    const made = effort.plan(() => planner.buildQueryPlan(operation, { overrideConditions }));
    return withArgumentsBack(withAliasesInConditions(made), required);
  };
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
