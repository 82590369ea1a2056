import { expect, test } from '@jest/globals';
import { SchemePool } from '../../src/auth/scheme-pool.ts';
import { gatewayConfig } from '../../src/config/schema.ts';
import { buildGeneration, type Generation, warmGeneration } from '../../src/generation.ts';
import { createLog } from '../../src/observability/log.ts';
import { Metrics } from '../../src/observability/metrics.ts';
import { chooseOperation } from '../../src/operation/operation.ts';
import { ManifestPool } from '../../src/operation/trusted/manifest-pool.ts';
import { TargetPool } from '../../src/resilience/balance/target-pool.ts';
import { UpstreamPool } from '../../src/resilience/upstream-state.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { linked } from '../harness/subgraph.ts';
import { unlimited } from '../harness/unlimited.ts';
import { bomb, entangled, unhurried } from './bombs.ts';

const never = new AbortController().signal;

async function generationOf(
  sdls: Readonly<Record<string, string>>,
  planning: object = {},
): Promise<Generation> {
  const sources = Object.entries(sdls).map(([name, sdl]) => {
    return { name, url: `http://${name}.invalid`, sdl: linked(sdl) };
  });
  const composition = compose(sources);
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems));
  const [metrics, log] = [new Metrics(), createLog('silent')];
  const context = {
    config: gatewayConfig.parse({ graphql: { planning, limits: unlimited } }),
    subgraphLayers: [],
    apolloPlugins: [],
    schemes: new SchemePool({ log, observer: metrics.authentication, given: {} }),
    upstreams: new UpstreamPool({ log }),
    targets: new TargetPool(),
    manifests: new ManifestPool({ log, metrics: metrics.reloads }),
    metrics,
    log,
  };
  return buildGeneration(composition.supergraphSdl, context, never);
}

/** Asks for the plan of an operation `times` times; true where it was there the first time. */
async function use(
  { documents, plans }: Generation,
  text: string,
  times = 1,
  name?: string,
  overrides: readonly string[] = [],
): Promise<boolean> {
  const operation = chooseOperation(documents.check(text).document, name);
  const { cached } = await plans.get(operation, overrides, never);
  for (let n = 1; n < times; n += 1) await plans.get(operation, overrides, never);
  return cached;
}

const before = { a: 'type Query { one: Int two: Int three: Int gone: Int }' };
const after = { a: 'type Query { one: Int two: Int three: Int }' };

test('A new generation has the plans that were used most, as far as they are valid', async () => {
  await using previous = await generationOf(before);
  await using next = await generationOf(after, { warmUp: { operations: 3 } });
  await use(previous, '{ one }', 5);
  await use(previous, '{ gone }', 4);
  await use(previous, 'query A { two } query B { three }', 3, 'B');
  await use(previous, '{ three }', 2);
  expect(previous.plans.mostUsed(2)).toEqual([
    { text: '{ one }', operationName: undefined, overrides: [], uses: 5 },
    { text: '{ gone }', operationName: undefined, overrides: [], uses: 4 },
  ]);
  expect(await warmGeneration(next, previous, never)).toEqual({ planned: 2, skipped: 1 });
  expect(await use(next, '{ one }')).toBe(true);
  expect(await use(next, 'query A { two } query B { three }', 1, 'B')).toBe(true);
  expect(await use(next, '{ three }')).toBe(false);
});

test('What was used most before a reload counts by half after it', async () => {
  await using previous = await generationOf(before);
  await using next = await generationOf(after);
  await use(previous, '{ one }', 8);
  await use(previous, '{ two }', 2);
  await warmGeneration(next, previous, never);
  expect(next.plans.mostUsed(9).map(({ text, uses }) => [text, uses])).toEqual([
    ['{ one }', 5],
    ['{ two }', 2],
  ]);
});

test('Plans are made again for the labels that were active', async () => {
  const sdls = {
    old: 'type Query { motto: String }',
    new: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@override"])
      type Query { motto: String @override(from: "old", label: "percent(50)") }`,
  };
  await using previous = await generationOf(sdls);
  await using next = await generationOf(sdls);
  await use(previous, '{ motto }', 1, undefined, ['unknown', 'percent(50)']);
  expect(previous.plans.mostUsed(1)).toMatchObject([{ overrides: ['percent(50)'] }]);
  expect(await warmGeneration(next, previous, never)).toEqual({ planned: 1, skipped: 0 });
  expect(await use(next, '{ motto }', 1, undefined, ['percent(50)'])).toBe(true);
  expect(await use(next, '{ motto }')).toBe(false);
});

test('What takes too long is left, and so is the rest when time is up', async () => {
  const sdls = Object.fromEntries(Object.entries(entangled).map(([name, { sdl }]) => [name, sdl]));
  const patient = { ...unhurried, timeout: '1m' };
  await using previous = await generationOf(sdls, patient);
  await using next = await generationOf(sdls, { ...patient, warmUp: { timeout: '200ms' } });
  await use(previous, '{ t { one } }', 2);
  await use(previous, bomb(6), 9);
  expect(await warmGeneration(next, previous, never)).toEqual({ planned: 0, skipped: 2 });
}, 90_000);
