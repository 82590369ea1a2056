import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AggregatorRegistry, Histogram, Registry } from 'prom-client';
import { QuickHistogram } from '../../src/observability/quick-histogram.ts';

const described = { name: 'cost', help: 'What it costs', buckets: [-2, 0, 0.5, 2, 10] };

/** What both histograms have seen, each in a registry of its own. */
function both(observed: readonly (readonly [number, string, string])[]) {
  const labelNames = ['kind', 'outcome'] as const;
  const [theirs, ours] = [new Registry(), new Registry()];
  const slow = new Histogram({ ...described, labelNames, registers: [theirs] });
  const quick = new QuickHistogram({ ...described, labelNames, registry: ours });
  for (const [value, kind, outcome] of observed) {
    slow.observe({ kind, outcome }, value);
    quick.observe(value, kind, outcome);
  }
  return { theirs, ours };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').sort();
}

const label = fc.constantFrom('', 'a', 'b"\n', 'ä');
const value = fc.oneof(
  fc.constantFrom(...described.buckets),
  fc.double({ noNaN: true, min: -5, max: 20 }),
);
const observations = fc.array(fc.tuple(value, label, label), { maxLength: 50 });

test('A quick histogram exposes what that of prom-client does', async () => {
  await fc.assert(
    fc.asyncProperty(observations, async (observed) => {
      const { theirs, ours } = both(observed);
      expect(linesOf(await ours.metrics())).toEqual(linesOf(await theirs.metrics()));
    }),
  );
});

test('Those of several processes are added up in the same way', async () => {
  await fc.assert(
    fc.asyncProperty(observations, observations, async (some, others) => {
      const processes = [both(some), both(others)];
      const added = async (name: 'theirs' | 'ours') => {
        const all = processes.map((each) => each[name].getMetricsAsJSON());
        return linesOf(await AggregatorRegistry.aggregate(await Promise.all(all)).metrics());
      };
      expect(await added('ours')).toEqual(await added('theirs'));
    }),
  );
});

test('One label is enough', async () => {
  const registry = new Registry();
  const quick = new QuickHistogram({ ...described, labelNames: ['kind'], registry });
  quick.observe(1, 'a');
  expect(await registry.metrics()).toContain('cost_bucket{le="2",kind="a"} 1\n');
});
