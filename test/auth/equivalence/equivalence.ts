import { buildSchema, parse, printSchema, validate } from 'graphql';
import { createPlanner } from '../../../src/plan/planner.ts';
import { compose } from '../../../src/supergraph/compose.ts';
import { seeded } from '../../conformance/choices.ts';
import { randomModel } from '../../conformance/random-model.ts';
import { randomOperation } from '../../conformance/random-operation.ts';
import { subgraphSdl } from '../../conformance/subgraph-sdl.ts';
import { subgraphServer } from '../../conformance/subgraph-server.ts';
import { World } from '../../conformance/world.ts';
import { linked } from '../../harness/subgraph.ts';
import { expectedAnswer, Rules } from './expected.ts';
import { ForbiddenRequests } from './forbidden-requests.ts';
import { GuardedSide } from './guarded-side.ts';
import { randomCaller, randomGuards, withGuards } from './guards.ts';

export interface EquivalenceOptions {
  readonly seed: number;
  readonly splits: number;
  /** Over all splits; each is asked by `callersOfEach`. */
  readonly operations: number;
}

/** What was compared, and what was not as it is to be. */
export interface EquivalenceReport {
  compared: number;
  /** Answers from which something was left out. */
  filtered: number;
  splits: number;
  readonly differences: string[];
}

/** So many ask each operation, one after the other: what one may see is there when another asks. */
const callersOfEach = 4;

/**
 * Random callers ask random operations of random splits whose elements are guarded at random. The
 * answers are held against those of one server in which what is denied is null, and what the
 * subgraphs were asked against what the callers may see.
 */
export async function equivalence(options: EquivalenceOptions): Promise<EquivalenceReport> {
  const report: EquivalenceReport = { compared: 0, filtered: 0, splits: 0, differences: [] };
  for (let seed = options.seed; report.splits < options.splits; seed += 1) {
    const sides = sidesOf(seed);
    if (sides === undefined) continue;
    report.splits += 1;
    const wanted = Math.ceil(options.operations / options.splits);
    await compare(sides, { seed, wanted }, report);
  }
  return report;
}

type Sides = NonNullable<ReturnType<typeof sidesOf>>;

function sidesOf(seed: number) {
  const model = randomModel(seed);
  const choices = seeded(seed + 1);
  const sdls = Object.fromEntries(model.subgraphs.map((name) => [name, subgraphSdl(model, name)]));
  const sources = Object.entries(sdls).map(([name, sdl]) => {
    return { name, url: `http://${name}.invalid`, sdl: linked(sdl) };
  });
  const composition = compose(sources);
  if ('problems' in composition) return undefined;
  const guards = randomGuards(choices, model);
  const planner = plannerOf(withGuards(composition.supergraphSdl, guards));
  if (planner === undefined) return undefined;
  const schema = buildSchema(printSchema(planner.apiSchema));
  const world = new World(model);
  const implementations = new Map(
    [...planner.possibleTypes].map(([name, types]) => [name, [...types]] as const),
  );
  const rules = new Rules(schema, guards, implementations);
  const servers = Object.fromEntries(
    Object.entries(sdls).map(([name, sdl]) => [name, subgraphServer(model, world, name, sdl)]),
  );
  const guarded = new GuardedSide(planner, servers);
  const forbidden = new ForbiddenRequests(model, rules, sdls);
  return { choices, schema, world, rules, guarded, forbidden };
}

/** Composition passes some supergraphs that the planner then refuses to read. */
function plannerOf(supergraphSdl: string) {
  try {
    return createPlanner(supergraphSdl);
  } catch {
    return undefined;
  }
}

async function compare(
  { choices, schema, world, rules, guarded, forbidden }: Sides,
  { seed, wanted }: { seed: number; wanted: number },
  report: EquivalenceReport,
): Promise<void> {
  let granted: ReadonlySet<string> = new Set();
  const authorization = guarded.authorization(() => granted);
  for (let done = 0; done < wanted; ) {
    const operation = randomOperation(choices, schema);
    if (validate(schema, parse(operation.text)).length > 0) continue;
    done += 1;
    for (let each = 0; each < callersOfEach; each += 1) {
      const caller = randomCaller(choices);
      granted = caller.granted;
      const expected = await expectedAnswer(operation, caller, { schema, rules, world });
      const all = await guarded.answer(operation, caller, authorization, world);
      const answer = { data: all.data, denied: all.denied };
      const wrong = forbidden.in(all, caller);
      report.compared += 1;
      if (expected.denied.length > 0) report.filtered += 1;
      const isEqual = JSON.stringify(answer) === JSON.stringify(expected);
      if (isEqual && wrong.length === 0) continue;
      const told = { seed, operation, caller: { ...caller, granted: [...granted] } };
      report.differences.push(JSON.stringify({ ...told, expected, answer, wrong }, undefined, 2));
    }
  }
}
