import {
  COST_VERSIONS,
  costIdentity,
  isInterfaceType,
  isObjectType,
  type Schema,
  type Supergraph,
} from '@apollo/federation-internals';
import type { CostFacts, ListSize } from '../operation/cost/cost-facts.ts';

/**
 * Reads `@cost` and `@listSize` under whatever names the supergraph links them by, with what
 * composition made of several subgraphs' values: the largest. `apiSchema` is what clients see.
 */
export function costFacts({ schema }: Supergraph, apiSchema: Schema): CostFacts {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const feature = schema.coreFeatures?.getByIdentity(costIdentity);
  const specification = feature && COST_VERSIONS.find(feature.url.version);
  for (const application of specification?.costDirective(schema)?.applications() ?? []) {
    weights.set(coordinateOf(application.parent), application.arguments().weight);
  }
  for (const application of specification?.listSizeDirective(schema)?.applications() ?? []) {
    const given = application.arguments();
    listSizes.set(coordinateOf(application.parent), {
      assumedSize: given.assumedSize ?? undefined,
      slicingArguments: given.slicingArguments ?? [],
      sizedFields: given.sizedFields ?? [],
      requireOneSlicingArgument: given.requireOneSlicingArgument ?? true,
    });
  }
  return { weights, listSizes, hidden: hiddenFields(schema, apiSchema) };
}

function coordinateOf(element: object): string {
  return 'coordinate' in element ? String(element.coordinate) : '';
}

function hiddenFields(schema: Schema, apiSchema: Schema): ReadonlyMap<string, string> {
  const hidden = new Map<string, string>();
  for (const type of schema.types()) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const seen = apiSchema.type(type.name);
    for (const field of type.fields()) {
      const isSeen = seen !== undefined && 'field' in seen && seen.field(field.name) !== undefined;
      if (!isSeen) hidden.set(field.coordinate, String(field.type));
    }
  }
  return hidden;
}
