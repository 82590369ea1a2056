import { getVariableValues, Kind, type OperationDefinitionNode, parse, validate } from 'graphql';
import { LongTurns } from '../../../src/lib/long-turns.ts';
import type { CostFacts } from '../../../src/operation/cost/cost-facts.ts';
import { CostSchema } from '../../../src/operation/cost/cost-schema.ts';
import { type Estimate, type OperationPrice, Prices } from '../../../src/operation/cost/prices.ts';
import { fragmentsOf } from '../../../src/operation/operation.ts';
import type { Variables } from '../../../src/operation/variables.ts';
import { createPlanner, type Planner } from '../../../src/plan/planner.ts';
import { compose } from '../../../src/supergraph/compose.ts';

const costs =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@inaccessible", "@cost", "@listSize"])\n';

const turns = new LongTurns(3);

/** Prices operations of a supergraph, as the gateway does. */
export interface Pricing {
  readonly planner: Planner;
  readonly schema: CostSchema;
  price(query: string): OperationPrice;
  /** The variables with the defaults of the operation. */
  coerced(query: string, variables: Variables): Variables;
  estimate(query: string, variables?: Variables): Estimate;
  /** Counted a few values at a time. */
  actual(query: string, data: unknown, variables?: Variables): Promise<number | undefined>;
}

/** Composes subgraphs, each linked to federation unless it is already; lists have 10 items. */
export function pricing(
  subgraphs: Readonly<Record<string, string>>,
  adapted: (facts: CostFacts) => CostFacts = (facts) => facts,
): Pricing {
  const sources = Object.entries(subgraphs).map(([name, sdl]) => {
    return { name, sdl: sdl.includes('@link(') ? sdl : costs + sdl, url: `http://${name}` };
  });
  const composition = compose(sources);
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems, null, 2));
  const planner = createPlanner(composition.supergraphSdl);
  const { apiSchema, possibleTypes } = planner;
  const schema = new CostSchema(apiSchema, adapted(planner.costs), possibleTypes);
  const prices = new Prices(apiSchema, { schema, listSize: 10 });
  const definitionIn = (query: string) => {
    const ast = parse(query);
    const [invalid] = validate(apiSchema, ast);
    if (invalid !== undefined) throw invalid;
    const [definition] = ast.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    if (definition === undefined) throw new Error('There is no operation');
    return { definition, price: prices.of(definition, fragmentsOf(ast)) };
  };
  const coerce = ({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables) => {
    const { coerced, errors } = getVariableValues(apiSchema, variableDefinitions, variables);
    if (coerced === undefined) throw errors[0];
    return coerced;
  };
  return {
    planner,
    schema,
    price: (query) => definitionIn(query).price,
    coerced: (query, variables) => coerce(definitionIn(query).definition, variables),
    estimate(query, variables = {}) {
      const { definition, price } = definitionIn(query);
      return price.estimate(coerce(definition, variables));
    },
    async actual(query, data, variables = {}) {
      const { definition, price } = definitionIn(query);
      return price.actual(data, coerce(definition, variables), turns);
    },
  };
}
