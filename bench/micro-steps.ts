import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FetchRequest } from '../src/execute/fetch-document.ts';
import { cases } from './cases.ts';
import { composeSupergraph, subgraphNames, subgraphSchema } from './graph/subgraphs.ts';
import { Replay } from './replay.ts';
import { placeholder } from './token.ts';

/** The time of one call of a step, in microseconds, or why there is none. */
export interface Sample {
  readonly us: number;
  readonly failure?: string;
}

/** What is asked of each revision. */
export const questions: Readonly<Record<string, string>> = {
  compile: 'compile: how long does preparing the plan of the nested query take?',
  merge: 'merge: how long does joining the largest subgraph answer with an object take?',
  execute: 'execute: fetches from memory, merge and completion of the nested query?',
  serialise: 'serialise: how long does writing the answer as text take?',
};

type Work = () => unknown;
type Module = Readonly<Record<string, unknown>>;
type Callable = (...parts: readonly unknown[]) => unknown;
type Constructor = new (...parts: readonly unknown[]) => Readonly<Record<string, Callable>>;

/** One sample is at least this long, so that the clock is fine enough. */
const sampleMs = 5;

/** The mean time of one call over a sample, in microseconds. */
export async function sampled(work: Work): Promise<number> {
  const startedMs = performance.now();
  let calls = 0;
  while (performance.now() - startedMs < sampleMs) {
    await work();
    calls += 1;
  }
  return ((performance.now() - startedMs) * 1_000) / calls;
}

/** The steps of the revision that was compiled to `sources`, each prepared when it is asked for. */
export async function prepareSteps(
  sources: string,
): Promise<Readonly<Record<string, () => Promise<Work>>>> {
  const load = (file: string): Promise<Module> => import(pathToFileURL(join(sources, file)).href);
  const { plan, schema, possibleTypes } = await planOf(createRequire(join(sources, 'index.js')));
  const fetched = await replays();
  const execute = async () => {
    const Executor = (await load('execute/executor.js'))['Executor'] as Constructor;
    const executor = new Executor(schema, possibleTypes);
    const { signal } = new AbortController();
    const variables = { request: placeholder };
    const work = () => executor['execute']?.(plan, variables, fetched.send, signal);
    const { errors = [] } = (await work()) as { readonly errors?: readonly unknown[] };
    if (errors.length > 0) throw new Error(`It is answered with errors: ${errors[0]}`);
    return work;
  };
  const prepared: Record<string, Work> = {};
  const steps: Record<string, () => Promise<Work>> = {
    async compile() {
      const compile = (await load('execute/compile-plan.js'))['compilePlan'] as Callable;
      return () => compile(plan.queryPlan);
    },
    async merge() {
      const merge = (await load('execute/merge.js'))['merge'] as Callable;
      const types = await load('execute/type-conditions.js');
      const failures = await load('execute/failures.js');
      const conditions = new (types['TypeConditions'] as Constructor)(possibleTypes);
      const none = new (failures['Failures'] as Constructor)();
      await (await execute())();
      const [one, other] = [JSON.parse(fetched.largest()), JSON.parse(fetched.largest())];
      return () => merge(one, other, conditions, none);
    },
    execute,
    async serialise() {
      const reply = (await load('respond/reply.js'))['resultReply'] as Callable;
      const result = await (await execute())();
      return () => reply(result, 200, {}, { mediaType: 'application/json', alwaysOk: true });
    },
  };
  return Object.fromEntries(
    Object.entries(steps).map(([name, prepare]) => {
      return [name, async () => (prepared[name] ??= await prepare())];
    }),
  );
}

/** The nested query's plan, made by the packages of the revision, whose types it is executed with. */
async function planOf(require: NodeJS.Require) {
  const graphql: typeof import('graphql') = require('graphql');
  const { Supergraph, operationFromDocument } = require('@apollo/federation-internals');
  const { QueryPlanner } = require('@apollo/query-planner');
  const names = subgraphNames.map((name) => [name, `http://${name}`] as const);
  const urls = Object.fromEntries(names) as Parameters<typeof composeSupergraph>[0];
  const supergraph = Supergraph.build(await composeSupergraph(urls));
  const apiSchema = supergraph.apiSchema();
  const document = graphql.parse(cases.find(({ name }) => name === 'nested')?.query ?? '');
  const planner = new QueryPlanner(supergraph, { reuseQueryFragments: false });
  const queryPlan = planner.buildQueryPlan(operationFromDocument(apiSchema, document));
  const definition = document.definitions.find(({ kind }) => kind === 'OperationDefinition');
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === 'FragmentDefinition' ? [[node.name.value, node] as const] : [],
    ),
  );
  const clientNames = { clientKeys: new Map(), clientVariables: new Map() };
  return {
    plan: { queryPlan, names: { definition, fragments, ...clientNames } },
    schema: apiSchema.toGraphQLJSSchema(),
    possibleTypes: new Map<string, ReadonlySet<string>>(),
  };
}

/** Stands where the services are called: each answer is parsed anew from its text. */
async function replays() {
  const known = new Map<string, Replay>();
  for (const name of subgraphNames) known.set(name, new Replay(await subgraphSchema(name)));
  let largest = '{}';
  return {
    largest: () => largest,
    async send({ subgraph, document, variables }: FetchRequest) {
      const { text: query, operationName } = document;
      const request = { query, variables: JSON.parse(variables), operationName };
      const body = JSON.stringify(request);
      const text = (await known.get(subgraph)?.answer(body, placeholder)) ?? '';
      const { data } = JSON.parse(text);
      const alone = JSON.stringify(data);
      if (alone.length > largest.length) largest = alone;
      return { data, errors: [], headers: {} };
    },
  };
}
