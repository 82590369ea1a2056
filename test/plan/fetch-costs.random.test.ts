import { expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { Executor } from '../../src/execute/executor.ts';
import type { Send } from '../../src/execute/fetch-document.ts';
import { LongTurns } from '../../src/lib/long-turns.ts';
import { AnswerPrices } from '../../src/operation/cost/answer-prices.ts';
import { CostSchema } from '../../src/operation/cost/cost-schema.ts';
import { Documents } from '../../src/operation/documents.ts';
import { chooseOperation } from '../../src/operation/operation.ts';
import { coerceVariables } from '../../src/operation/variables.ts';
import { FetchCosts } from '../../src/plan/fetch-costs.ts';
import { createPlanner } from '../../src/plan/planner.ts';
import { Plans } from '../../src/plan/plans.ts';
import { readAnswer } from '../../src/subgraph/answer.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { seeded } from '../conformance/choices.ts';
import { type Pair, pairOf } from '../conformance/pair.ts';
import { randomModel } from '../conformance/random-model.ts';
import { type RandomOperation, randomOperation } from '../conformance/random-operation.ts';
import { linked } from '../harness/subgraph.ts';

/** No list of a random model is longer. */
const listSize = 2;
const { signal } = new AbortController();

/** What an operation was estimated to cost each subgraph, and what it did cost. */
interface Compared {
  readonly estimated: ReadonlyMap<string, number>;
  readonly actual: ReadonlyMap<string, number>;
  /** Where fields fail, some are asked for once more. */
  readonly failed: boolean;
}

function comparing({ sdls, servers, worldOf }: Pair) {
  const sources = Object.entries(sdls).map(([name, sdl]) => {
    return { name, url: `http://${name}.invalid`, sdl: linked(sdl) };
  });
  const composition = compose(sources);
  if ('problems' in composition) throw new Error('A pair is composed');
  const planner = createPlanner(composition.supergraphSdl);
  const { apiSchema, possibleTypes, costs } = planner;
  const schema = new CostSchema(apiSchema, costs, possibleTypes);
  const documents = new Documents(apiSchema, 10_000_000);
  const plans = new Plans(planner, 10_000_000);
  const executor = new Executor(apiSchema, possibleTypes);
  const prices = new AnswerPrices(schema, new LongTurns(5));
  return async ({ text, variables: given }: RandomOperation): Promise<Compared> => {
    const operation = chooseOperation(documents.check(text).document, undefined);
    const { plan } = await plans.get(operation, [], signal);
    const variables = coerceVariables(apiSchema, operation, given);
    const actual = new Map<string, number>();
    let failed = false;
    const send: Send = async (fetch) => {
      const server = servers[fetch.subgraph];
      if (server === undefined) throw new TypeError('A plan names subgraphs of its supergraph');
      const result = await server(fetch.document.text, JSON.parse(fetch.variables), worldOf(''));
      const body = Buffer.from(JSON.stringify(result));
      const answer = readAnswer(fetch.subgraph, { status: 200, headers: {}, body });
      const cost = (await prices.of(fetch.document, answer.data, variables)) ?? 0;
      actual.set(fetch.subgraph, (actual.get(fetch.subgraph) ?? 0) + cost);
      failed ||= answer.errors.length > 0;
      return answer;
    };
    await executor.execute(plan, variables, send, signal);
    const budgetOf = () => ({ max: 1e15, listSize });
    const { totals } = new FetchCosts(plan.queryPlan, { schema, budgetOf }).for(variables);
    return { estimated: totals, actual, failed };
  };
}

test('no subgraph is asked for more than was estimated, whatever the plan', async () => {
  const wrong: string[] = [];
  let [compared, several, exact] = [0, 0, 0];
  for (let seed = 100; compared < 200; seed += 1) {
    const pair = pairOf(randomModel(seed));
    if (typeof pair === 'string') continue;
    const compare = comparing(pair);
    for (let each = 0; each < 40; each += 1) {
      const operation = randomOperation(seeded(seed * 1_000 + each), pair.schema);
      if (validate(pair.schema, parse(operation.text)).length > 0) continue;
      const { estimated, actual, failed } = await compare(operation);
      if (failed) continue;
      compared += 1;
      if (actual.size > 1) several += 1;
      for (const [subgraph, cost] of actual) {
        const bound = estimated.get(subgraph) ?? 0;
        if (cost === bound) exact += 1;
        if (cost <= bound) continue;
        wrong.push(`${seed} ${each} ${subgraph}: ${cost} > ${bound}\n${operation.text}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  // Many are asked of several subgraphs, and many cost as much as they may.
  expect(several).toBeGreaterThan(20);
  expect(exact).toBeGreaterThan(20);
}, 60_000);
