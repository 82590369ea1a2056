import { expect, test } from '@jest/globals';
import type { Log } from '../../src/context.ts';
import { UpstreamPool } from '../../src/resilience/upstream-state.ts';
import type { Verdict } from '../../src/resilience/verdict.ts';
import { resilience } from './resilience.ts';

const failed: Verdict = { counts: 'failure', retry: 'never' };
const options = resilience({ breaker: { minRequests: 2, open: '1m..1m' } });

function pool() {
  const lines: [object, string][] = [];
  const write = (fields: object, message: string) => void lines.push([fields, message]);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const seen: string[] = [];
  const observer = {
    transition: (name: string, to: string, target = '') => void seen.push(`${name}${target} ${to}`),
    refused: () => undefined,
    retry: () => undefined,
    fallback: () => undefined,
  };
  return { upstreams: new UpstreamPool({ log, observer }), lines, seen };
}

async function breakDown({ enter, leave }: Pick<Breaking, 'enter' | 'leave'>): Promise<void> {
  for (let failures = 0; failures < 2; failures += 1) {
    const pass = enter();
    if (pass !== undefined) await leave(pass);
  }
}

interface Breaking {
  readonly enter: () => unknown;
  readonly leave: (pass: unknown) => unknown;
}

function breaking(breaker: {
  enter(): unknown;
  leave(pass: never, verdict: Verdict): unknown;
}): Breaking {
  return {
    enter: () => breaker.enter(),
    leave: (pass) => breaker.leave(pass as never, failed),
  };
}

test('What is known of an upstream outlives a configuration that still has it', async () => {
  const { upstreams } = pool();
  const orders = upstreams.get('orders', options);
  upstreams.get('reviews', options);
  await breakDown(breaking(orders.breaker));
  upstreams.serve(new Map([['orders', resilience({ concurrency: { max: 1 } })]]));
  expect(upstreams.get('orders', options)).toBe(orders);
  expect(upstreams.find('reviews')).toBe(undefined);
  expect(upstreams.state()).toEqual([
    {
      subgraph: 'orders',
      breaker: { state: 'open', failures: 0, total: 0, openUntilMs: expect.any(Number) },
      budget: { left: 10, calls: 0, retries: 0 },
      bulkhead: { inFlight: 0, queued: 0 },
    },
  ]);
});

test('Options that are only built apply to nothing before they are served', () => {
  const { upstreams } = pool();
  const orders = upstreams.get('orders', resilience({ concurrency: { max: 1, queue: 0 } }));
  upstreams.get('orders', resilience({ concurrency: { max: 2, queue: 0 } }));
  void orders.bulkhead.enter(new AbortController().signal);
  expect(orders.bulkhead.isFull).toBe(true);
});

test('Each target has a breaker of its own, which is forgotten with it', async () => {
  const { upstreams, seen } = pool();
  const orders = upstreams.get('orders', options);
  await breakDown(breaking(orders.target('a')));
  expect(orders.target('b').isOpen).toBe(false);
  expect(orders.state()).toMatchObject({
    breaker: { state: 'closed' },
    targets: [
      { id: 'a', breaker: { state: 'open' } },
      { id: 'b', breaker: { state: 'closed' } },
    ],
  });
  expect(seen).toEqual(['ordersa open']);
  orders.keepTargets(['b']);
  expect(orders.state().targets?.map(({ id }) => id)).toEqual(['b']);
});

test('Whoever steers a breaker steers those of all targets, and is in the log', () => {
  const { upstreams, lines } = pool();
  const orders = upstreams.get('orders', options);
  orders.target('a');
  orders.force('bypass', 'Ada');
  for (const id of ['a', 'later']) expect(orders.target(id).forced).toBe('bypass');
  expect(orders.state().breaker).toMatchObject({ forced: 'bypass', by: 'Ada' });
  orders.force('auto', 'Ben');
  for (const id of ['a', 'later']) expect(orders.target(id).forced).toBe('auto');
  expect(lines).toEqual([
    [{ subgraph: 'orders', breaker: 'bypass', by: 'Ada' }, 'A circuit breaker was steered'],
    [{ subgraph: 'orders', breaker: 'auto', by: 'Ben' }, 'A circuit breaker was steered'],
  ]);
});
