import { buildSchema, type GraphQLSchema, printSchema } from 'graphql';
import { unbounded } from '../../src/execute/bounds.ts';
import { Executor } from '../../src/execute/executor.ts';
import type { Send } from '../../src/execute/fetch-document.ts';
import { Documents } from '../../src/operation/documents.ts';
import { chooseOperation } from '../../src/operation/operation.ts';
import { coerceVariables } from '../../src/operation/variables.ts';
import { formatPlan } from '../../src/plan/format-plan.ts';
import { createPlanner } from '../../src/plan/planner.ts';
import { Plans } from '../../src/plan/plans.ts';
import { readAnswer } from '../../src/subgraph/answer.ts';
import { compose } from '../../src/supergraph/compose.ts';
import type { Outcome } from '../harness/monolith.ts';
import { monolithOf, outcome } from '../harness/monolith.ts';
import { linked } from '../harness/subgraph.ts';
import type { Model } from './model.ts';
import type { RandomOperation } from './random-operation.ts';
import { subgraphSdl } from './subgraph-sdl.ts';
import { resolveInWorld, type SubgraphServer, subgraphServer } from './subgraph-server.ts';
import { World } from './world.ts';

/** One model served twice: in one piece, and in parts behind the gateway's planner and executor. */
export interface Pair {
  readonly schema: GraphQLSchema;
  readonly sdls: Readonly<Record<string, string>>;
  readonly servers: Readonly<Record<string, SubgraphServer>>;
  /** Who asks is told by a name; who has none is one caller, too. */
  monolith(operation: RandomOperation, caller?: string): Promise<Outcome>;
  federated(operation: RandomOperation, caller?: string): Promise<Outcome>;
  /** What the caller of this name sees. */
  worldOf(caller: string): World;
  plan(operation: RandomOperation): Promise<string>;
}

/** Composes the model's subgraphs; a string says why that cannot be done. */
export function pairOf(model: Model): Pair | string {
  const sdls = Object.fromEntries(model.subgraphs.map((name) => [name, subgraphSdl(model, name)]));
  const sources = Object.entries(sdls).map(([name, sdl]) => {
    return { name, url: `http://${name}.invalid`, sdl: linked(sdl) };
  });
  const composition = compose(sources);
  if ('problems' in composition)
    return composition.problems.map(({ message }) => message).join('\n');
  try {
    return joined(model, sdls, composition.supergraphSdl);
  } catch (thrown) {
    // Composition passes some supergraphs that the planner then refuses to read.
    return String(thrown);
  }
}

const cacheBytes = 100_000_000;

function joined(model: Model, sdls: Readonly<Record<string, string>>, supergraphSdl: string): Pair {
  const world = new World(model);
  const planner = createPlanner(supergraphSdl);
  const schema = buildSchema(printSchema(planner.apiSchema));
  const documents = new Documents(planner.apiSchema, cacheBytes);
  const plans = new Plans(planner, cacheBytes);
  const { apiSchema, possibleTypes } = planner;
  const atOnce = new Executor(apiSchema, possibleTypes);
  const inShortTurns = new Executor(apiSchema, possibleTypes, undefined, { ...unbounded, turn: 2 });
  const servers = Object.fromEntries(
    Object.entries(sdls).map(([name, sdl]) => [name, subgraphServer(model, world, name, sdl)]),
  );
  const whole = monolithOf(schema, resolveInWorld);
  const worlds = new Map([['', world]]);
  const worldOf = (caller: string): World => {
    const seen = worlds.get(caller) ?? new World(model, caller);
    worlds.set(caller, seen);
    return seen;
  };
  const operationOf = ({ text }: RandomOperation) =>
    chooseOperation(documents.check(text).document, undefined);
  return {
    schema,
    sdls,
    servers,
    worldOf,
    monolith: ({ text, variables }, caller = '') => whole(text, variables, worldOf(caller)),
    async federated(random, caller = '') {
      const operation = operationOf(random);
      const { plan } = await plans.get(operation, [], new AbortController().signal);
      const variables = coerceVariables(planner.apiSchema, operation, random.variables);
      const { signal } = new AbortController();
      // One in three is done in pieces, as long answers are.
      const executor = random.text.length % 3 === 0 ? inShortTurns : atOnce;
      const result = await executor.execute(
        plan,
        variables,
        sendTo(servers, worldOf(caller)),
        signal,
      );
      return outcome({ ...result, data: JSON.parse(result.data) });
    },
    async plan(random) {
      const { signal } = new AbortController();
      const { plan } = await plans.get(operationOf(random), [], signal);
      return formatPlan(plan.queryPlan);
    },
  };
}

/** Hands each fetch to its subgraph, through JSON both ways. */
function sendTo(servers: Readonly<Record<string, SubgraphServer>>, seen: World): Send {
  return async ({ subgraph, document, variables }) => {
    const server = servers[subgraph];
    if (server === undefined) throw new TypeError('A plan names subgraphs of its supergraph');
    const result = await server(document.text, JSON.parse(variables), seen);
    const body = Buffer.from(JSON.stringify(result));
    return readAnswer(subgraph, { status: 200, headers: {}, body });
  };
}
