import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { Bell } from '../../../src/lib/bell.ts';
import { TargetState } from '../../../src/resilience/balance/target-state.ts';
import { HealthCheck } from '../../../src/resilience/health/health-check.ts';
import { copies, tally } from '../../harness/copies.ts';

const never = new AbortController().signal;

test('only so many answers in a row drive a target out, and in again', async () => {
  const target = new TargetState('a');
  const answers = [true, false, false, true, false, false, false, true, false, true, true];
  const seen: string[] = [];
  const bell = new Bell();
  await using _check = new HealthCheck({
    target,
    options: { every: 1, timeout: 1_000, fall: 3, rise: 2 },
    ask: async () => {
      seen.push(target.isHealthy ? 'in' : 'out');
      if (answers.length === 0) bell.ring();
      const isWell = answers.shift() ?? true;
      // What throws is as bad as a no.
      if (!isWell && seen.length % 2 === 0) throw new Error('refused');
      return isWell;
    },
    changed: () => {},
  });
  await bell.wait(never);
  expect(seen.slice(0, 12)).toEqual([...Array(7).fill('in'), ...Array(4).fill('out'), 'in']);
});

test('a check that hangs counts as a bad one once its time is over', async () => {
  const target = new TargetState('a');
  const changed = Promise.withResolvers<void>();
  await using _check = new HealthCheck({
    target,
    options: { every: 1, timeout: 20, fall: 1, rise: 1 },
    ask: async (signal) => {
      await once(signal, 'abort');
      return true;
    },
    changed: () => changed.resolve(),
  });
  await changed.promise;
  expect(target.isHealthy).toBe(false);
});

test.each([
  ['by a path of its own', { path: '/healthz', statuses: [204] }],
  ['by an operation', {}],
])('real servers are driven out and in again %s', async (_how, how) => {
  await using two = await copies(2, (targets) => ({
    targets,
    balance: 'round-robin',
    health: { every: '10ms', fall: 2, rise: 2, ...how },
    slowStart: '0s',
    eject: false,
  }));
  const [first, second] = two.copies;
  if (first === undefined || second === undefined) throw new Error('There are two');
  const healthy = new Set([first, second]);
  for (const copy of two.copies) {
    const [handle] = copy.server.listeners('request');
    copy.server.removeAllListeners('request');
    copy.server.on('request', (request, response) => {
      if (!healthy.has(copy)) response.writeHead(500).end();
      else if (request.url === '/healthz') response.writeHead(204).end();
      else handle?.(request, response);
    });
  }
  const round = async () => {
    const outcomes: string[] = [];
    for (let turn = 0; turn < 6; turn += 1) outcomes.push(await two.ask());
    return tally(outcomes);
  };
  healthy.delete(first);
  await two.federation.logged('A target is not well');
  expect(await round()).toEqual({ two: 6 });
  healthy.add(first);
  await two.federation.logged('A target is well again');
  expect(await round()).toEqual({ one: 3, two: 3 });
  // When none is well, all are tried.
  healthy.clear();
  await two.federation.logged('A target is not well', 3);
  healthy.add(first).add(second);
  expect(Object.keys(await round()).length).toBeGreaterThan(0);
});
