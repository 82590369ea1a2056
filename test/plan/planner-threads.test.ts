import { readFile } from 'node:fs/promises';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { introspectionFromSchema, parse, printSchema } from 'graphql';
import { accessFacts } from '../../src/auth/authorization/access-facts.ts';
import { StartupError } from '../../src/errors.ts';
import { planOptions } from '../../src/plan/options.ts';
import { createPlanner } from '../../src/plan/planner.ts';
import type { PlannerInput } from '../../src/plan/planner-threads.ts';
import { startPlanner } from '../../src/plan/threaded-planner.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { printedBy } from '../harness/command.ts';
import { federate } from '../harness/federation.ts';
import { linked } from '../harness/subgraph.ts';
import { bomb, entangled, unhurried } from './bombs.ts';

const never = new AbortController().signal;
const isWanted = () => true;
const demo = new URL('../../schema/supergraph.graphql', import.meta.url);

function entangledSdl(): string {
  const composition = compose(
    Object.entries(entangled).map(([name, { sdl }]) => {
      return { name, url: `http://${name}.invalid`, sdl: linked(sdl) };
    }),
  );
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems));
  return composition.supergraphSdl;
}

interface Watched {
  readonly input: PlannerInput;
  readonly lost: string[];
  waiting: number;
}

function watched(planning: object, more: Partial<PlannerInput> = {}): Watched {
  const lost: string[] = [];
  const observer = {
    lost: (loss: string, cause: unknown) => void lost.push(`${loss}: ${String(cause)}`),
    waiting: (change: number) => {
      all.waiting += change;
    },
  };
  const options = planOptions.parse({ planning }).planning;
  const all = { input: { sdl: entangledSdl(), options, observer, ...more }, lost, waiting: 0 };
  return all;
}

const query = (field: string) => ({ text: `{ t { ${field} } }`, overrides: [] });
const faulty = new URL('./faulty-worker.ts', import.meta.url);

describe('A planner in threads', () => {
  test('knows the same of a supergraph as one in this thread, and plans the same', async () => {
    const sdl = await readFile(demo, 'utf8');
    await using threaded = await startPlanner(watched({}, { sdl }).input, never);
    const { apiSchema, plan, ...facts } = createPlanner(sdl);
    const { apiSchema: threadedSchema, plan: threadedPlan, ...threadedFacts } = threaded;
    expect(threadedFacts).toMatchObject(facts);
    expect(facts.access).toEqual(accessFacts(parse(sdl)));
    expect(printSchema(threadedSchema)).toBe(printSchema(apiSchema));
    const request = {
      text: '{ products(first: 3) { nodes { name averageRating unitsSold } } }',
      overrides: [],
    };
    expect(await threadedPlan(request, isWanted)).toEqual(await plan(request, isWanted));
  });

  test('has the API schema as Apollo has it', async () => {
    const sdl = await readFile(demo, 'utf8');
    const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;
    const apiSchema = Supergraph.build(sdl, { supportedFeatures }).apiSchema().toGraphQLJSSchema();
    await using threaded = await startPlanner(watched({}, { sdl }).input, never);
    const options = { inputValueDeprecation: true, oneOf: true, schemaDescription: true };
    expect(introspectionFromSchema(threaded.apiSchema, options)).toEqual(
      introspectionFromSchema(apiSchema, options),
    );
  });

  test('plans for the override labels that are active', async () => {
    const composition = compose([
      { name: 'old', url: 'http://old.invalid', sdl: linked('type Query { motto: String }') },
      {
        name: 'new',
        url: 'http://new.invalid',
        sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@override"])
          type Query { motto: String @override(from: "old", label: "percent(50)") }`,
      },
    ]);
    const sdl = 'supergraphSdl' in composition ? composition.supergraphSdl : '';
    await using planner = await startPlanner(watched({}, { sdl }).input, never);
    const serviceWith = async (overrides: readonly string[]) => {
      const { queryPlan } = await planner.plan({ text: '{ motto }', overrides }, isWanted);
      return /"serviceName":"(\w+)"/.exec(JSON.stringify(queryPlan))?.[1];
    };
    expect(await serviceWith([])).toBe('old');
    expect(await serviceWith(['percent(50)'])).toBe('new');
  });

  test('says what is wrong with a supergraph as one in this thread does', async () => {
    const wrong = { sdl: 'type Query { a: Nothing }', file: 'wrong.graphql' };
    const local = caught(() => createPlanner(wrong.sdl, wrong.file));
    expect(local).toBeInstanceOf(StartupError);
    await expect(startPlanner(watched({}, wrong).input, never)).rejects.toEqual(local);
  });

  test('does not start without the memory for its supergraph', async () => {
    const { input } = watched({ memory: '1MiB' }, { sdl: await readFile(demo, 'utf8') });
    await expect(startPlanner(input, never)).rejects.toMatchObject({
      failure: 'supergraph',
      problems: [{ code: 'PLANNER_NOT_STARTED', message: /graphql\.planning\.memory/ }],
    });
  });

  test('gives up its start when it is told to', async () => {
    const stop = new AbortController();
    const started = startPlanner(watched({}).input, stop.signal);
    stop.abort(new Error('Enough'));
    await expect(started).rejects.toThrow('Enough');
  });

  test('fails what it crashes on, and that alone', async () => {
    const { input, lost } = watched({}, { worker: faulty });
    await using planner = await startPlanner(input, never);
    const crashing = planner.plan(query('deadly: one'), isWanted);
    const waiting = [1, 2, 3].map((n) => planner.plan(query(`number${n}: one`), isWanted));
    await expect(crashing).rejects.toMatchObject({
      code: 'QUERY_PLANNING_FAILED',
      message: 'The operation cannot be planned',
      cause: { loss: 'crash', cause: { message: 'A bug' } },
    });
    expect((await Promise.all(waiting)).map(({ queryPlan }) => queryPlan.kind)).toEqual(
      Array(3).fill('QueryPlan'),
    );
    expect(lost).toEqual(['crash: Error: A bug']);
  });

  test('says so when no thread can be started any more', async () => {
    const { input, lost } = watched({ workers: 1 }, { worker: faulty, file: 'once' });
    await using planner = await startPlanner(input, never);
    await expect(planner.plan(query('deadly: one'), isWanted)).rejects.toThrow();
    for (const _ of [1, 2]) {
      await expect(planner.plan(query('one'), isWanted)).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        message: 'No planner can be started',
      });
    }
    expect(lost.slice(0, 2)).toEqual(['crash: Error: A bug', 'crash: Error: It does not start']);
  });

  test('sends away whom it keeps waiting too long', async () => {
    const all = watched({ ...unhurried, workers: 1, timeout: '500ms' });
    await using planner = await startPlanner(all.input, never);
    const late = planner.plan({ text: bomb(10), overrides: [] }, isWanted);
    const waiting = planner.plan(query('one'), isWanted);
    expect(all.waiting).toBe(1);
    const outcomes = await Promise.allSettled([late, waiting]);
    expect(outcomes).toMatchObject([
      { reason: { code: 'QUERY_PLANNING_TIMEOUT' } },
      { reason: { code: 'SERVICE_UNAVAILABLE' } },
    ]);
    expect(all.waiting).toBe(0);
  });

  test('passes over what nobody waits for any longer', async () => {
    const { input } = watched({ workers: 1 });
    await using planner = await startPlanner(input, never);
    const planned: string[] = [];
    const named = (name: string, wanted: boolean) =>
      planner
        .plan(query(`${name}: one`), () => wanted)
        .then(
          () => planned.push(name),
          () => {},
        );
    await Promise.all([named('first', true), named('left', false), named('last', true)]);
    expect(planned).toEqual(['first', 'last']);
  });

  test('ends at once while it plans', async () => {
    const planner = await startPlanner(watched({ ...unhurried, workers: 1 }).input, never);
    const plans = [bomb(10), '{ t { one } }'].map((text) =>
      planner.plan({ text, overrides: [] }, isWanted),
    );
    const outcomes = Promise.allSettled(plans);
    await planner[Symbol.asyncDispose]();
    const shuttingDown = { reason: { message: 'The gateway is shutting down' } };
    expect(await outcomes).toMatchObject([shuttingDown, shuttingDown]);
    await expect(planner.plan(query('one'), isWanted)).rejects.toMatchObject(shuttingDown.reason);
  });
});

test('Two gateways of one process plan for themselves', async () => {
  const start = (value: number) =>
    federate({
      subgraphs: {
        [`s${value}`]: {
          sdl: `type Query { value: Int only${value}: Int }`,
          resolvers: { Query: { value: () => value } },
        },
      },
    });
  await using one = await start(1);
  const two = await start(2);
  expect((await one.send('{ value }')).body).toEqual({ data: { value: 1 } });
  expect((await two.send('{ value }')).body).toEqual({ data: { value: 2 } });
  await two[Symbol.asyncDispose]();
  expect((await one.send('{ again: value only1 }')).body).toEqual({
    data: { again: 1, only1: null },
  });
});

test('The thread that serves loads no planner', async () => {
  const script = `
    import { createRequire } from 'node:module';
    await import('./src/gateway.ts');
    const loaded = Object.keys(createRequire(process.cwd() + '/package.json').cache);
    const planners = loaded.filter((file) => /query-planner|federation-internals/.test(file));
    console.log(JSON.stringify({ some: loaded.length > 0, planners }));`;
  expect(await printedBy(script)).toEqual({ some: true, planners: [] });
});

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}
