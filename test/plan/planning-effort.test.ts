import { describe, expect, test } from '@jest/globals';
import type { GatewayError } from '../../src/errors.ts';
import { openSupergraph } from '../../src/plan/open-supergraph.ts';
import { PlanningEffort } from '../../src/plan/planning-effort.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { federate } from '../harness/federation.ts';
import { linked } from '../harness/subgraph.ts';
import { unlimited } from '../harness/unlimited.ts';
import { bomb, entangled } from './bombs.ts';

const tooLarge = {
  errors: [
    {
      message: 'The operation selects more than can be planned',
      extensions: { code: 'QUERY_PLAN_TOO_LARGE' },
    },
  ],
};

function entangledPlanner(maxPaths: number) {
  const subgraphs = Object.entries(entangled).map(([name, { sdl }]) => {
    return { name, url: `http://${name}.invalid`, sdl: linked(sdl) };
  });
  const composition = compose(subgraphs);
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems));
  return openSupergraph(composition.supergraphSdl, undefined, maxPaths);
}

function planned(maxPaths: number, text: string): string {
  try {
    return entangledPlanner(maxPaths).plan({ text, overrides: [] }).kind;
  } catch (thrown) {
    return (thrown as GatewayError).code;
  }
}

describe('An operation with too many paths through the subgraphs', () => {
  test('is refused before they are looked at, and costs no planner its thread', async () => {
    await using federation = await federate({
      subgraphs: entangled,
      // It may wait for a processor: what counts is what it takes of it, 2 s at most.
      config: { graphql: { limits: unlimited, planning: { timeout: '1m' } } },
    });
    const strict = { accept: 'application/graphql-response+json' };
    for (const depth of [6, 12]) {
      const { status, body } = await federation.send(bomb(depth), {}, strict);
      expect({ status, body }).toEqual({ status: 400, body: tooLarge });
    }
    const metrics = await (await fetch(new URL('/metrics', federation.gateway.adminUrl))).text();
    expect(metrics).not.toMatch(/^gatehouse_planner_restarts_total\{/m);
    const good = await federation.send('{ t { self { two three } } }');
    expect(good.body).toEqual({ data: { t: { self: null } } });
  }, 90_000);

  test('is one with more than the bound, each operation by itself', () => {
    const { plan } = entangledPlanner(20);
    const text = '{ t { self { two } } }';
    for (const _ of Array(5)) expect(plan({ text, overrides: [] }).kind).toBe('QueryPlan');
    expect(planned(20, bomb(2))).toBe('QUERY_PLAN_TOO_LARGE');
    expect(planned(1_000, bomb(2))).toBe('QueryPlan');
  });
});

test('Where so many plans are too much to compare, fewer are', () => {
  const effort = new PlanningEffort(1_000);
  const tried: number[] = [];
  const best = effort.plan(() => {
    tried.push(effort.maxPlans);
    for (let merges = 0; merges < 1_500; merges += 1) effort.merge();
    return 'best of all';
  });
  expect({ best, tried }).toEqual({ best: 'best of all', tried: [10_000] });
  tried.length = 0;
  const other = effort.plan(() => {
    tried.push(effort.maxPlans);
    for (let merges = 0; merges < effort.maxPlans * 60; merges += 1) effort.merge();
    return 'best of few';
  });
  expect({ other, tried }).toEqual({ other: 'best of few', tried: [10_000, 100, 1] });
});

test('What is merged to find paths is not taken for comparing', () => {
  const effort = new PlanningEffort(1_000);
  const plans = effort.plan(() => {
    effort.find('field', () => {
      for (let merges = 0; merges < 100_000; merges += 1) effort.merge();
      return [];
    });
    return effort.maxPlans;
  });
  expect(plans).toBe(10_000);
});

test('An operation that is planned with fewer comparisons has a plan for all of it', () => {
  const { plan } = entangledPlanner(10_000);
  const queryPlan = plan({ text: bomb(4), overrides: [] });
  expect(queryPlan.kind).toBe('QueryPlan');
  expect(JSON.stringify(queryPlan)).toContain('{two}');
});
