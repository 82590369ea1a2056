import { expect, test } from '@jest/globals';
import { GatewayError } from '../../src/errors.ts';
import { Canceller } from '../../src/lib/cancellation.ts';
import { Breaker } from '../../src/resilience/breaker.ts';
import { guarded } from '../../src/resilience/guarded.ts';
import { subgraphJudge } from '../../src/resilience/subgraph-judge.ts';
import { resilience } from './resilience.ts';

const options = resilience();

function timeout(extensions: object): GatewayError {
  return new GatewayError('GATEWAY_TIMEOUT', 'It took too long', { extensions: { ...extensions } });
}

/** What is counted of a call to `orders` that is given up for `reason`, and ends with `thrown`. */
async function countedOf(reason: unknown, thrown: unknown = reason) {
  const breaker = new Breaker({ options: options.breaker });
  const layer = guarded({ upstream: 'orders', breaker, judge: subgraphJudge(options) });
  const caller = new Canceller();
  const call = layer(() => {
    caller.abort(reason);
    return Promise.reject(thrown);
  });
  await expect(call('asked', caller)).rejects.toBe(thrown);
  const { failures, total } = breaker.state();
  return { failures, total };
}

test('A client that leaves is nothing, whatever becomes of its call', async () => {
  const nothing = { failures: 0, total: 0 };
  const left = new DOMException('The client has left', 'AbortError');
  expect(await countedOf(left)).toEqual(nothing);
  expect(await countedOf(left, timeout({ service: 'orders' }))).toEqual(nothing);
});

test('An operation whose time is over says nothing of one subgraph', async () => {
  expect(await countedOf(timeout({}))).toEqual({ failures: 0, total: 0 });
});

test("A call that used up the subgraph's own time is a failure", async () => {
  const one = { failures: 1, total: 1 };
  expect(await countedOf(timeout({ service: 'orders' }))).toEqual(one);
});
