import { describe, expect } from '@jest/globals';
import { layered } from '../../src/lib/call.ts';
import { bounded } from '../../src/resilience/bounded.ts';
import { Breaker } from '../../src/resilience/breaker.ts';
import { Bulkhead } from '../../src/resilience/bulkhead.ts';
import { deadline } from '../../src/resilience/deadline.ts';
import { guarded } from '../../src/resilience/guarded.ts';
import { orNull } from '../../src/resilience/or-null.ts';
import { retried } from '../../src/resilience/retried.ts';
import { RetryBudget } from '../../src/resilience/retry-budget.ts';
import { fine, type Judge, unrelated } from '../../src/resilience/verdict.ts';
import { type LayerFixture, upstreamLayerContract } from '../contracts/upstream-layer.ts';
import { resilience } from './resilience.ts';

// A call of no particular kind: what holds for it holds for subgraphs and REST targets alike.
interface Asked {
  readonly path: string;
}
type Answered = readonly string[];
type Fixture = LayerFixture<Asked, Answered>;

const judge: Judge<Answered> = { answered: () => fine, failed: () => unrelated };
const given = { request: { path: '/orders' }, answer: () => ['an order'] };
const options = resilience();

function bulkheadFixture(): Fixture {
  const bulkhead = new Bulkhead(options.concurrency);
  const assertIdle = () => expect(bulkhead.state()).toEqual({ inFlight: 0, queued: 0 });
  return { ...given, layer: bounded({ upstream: 'orders', bulkhead }), assertIdle };
}

function retriedFixture(): Fixture {
  const budget = new RetryBudget(options.retry);
  const retrying = { options: options.retry, budget, totalTimeoutMs: 1_000, judge };
  return { ...given, layer: retried({ ...retrying, isRepeatable: () => true }) };
}

function guardedFixture(): Fixture {
  const breaker = new Breaker({ options: options.breaker });
  const assertIdle = () => expect(breaker.state()).toMatchObject({ state: 'closed', failures: 0 });
  return { ...given, layer: guarded({ upstream: 'orders', breaker, judge }), assertIdle };
}

describe('a deadline', () => {
  upstreamLayerContract((): Fixture => ({ ...given, layer: deadline('orders', 60_000) }));
});
describe('a retry', () => upstreamLayerContract(retriedFixture));
describe('a breaker', () => upstreamLayerContract(guardedFixture));
describe('a bulkhead', () => upstreamLayerContract(bulkheadFixture));
describe('a fallback', () => {
  upstreamLayerContract((): Fixture => ({ ...given, layer: orNull(() => true) }));
});
describe('all of them in their order', () => {
  upstreamLayerContract((): Fixture => {
    const room = bulkheadFixture();
    const { layer: guard } = guardedFixture();
    const { layer: retry } = retriedFixture();
    const layers = [deadline<Asked, Answered>('orders', 60_000), retry, guard, room.layer];
    return { ...room, layer: (next) => layered(next, layers) };
  });
});
