import assert from 'node:assert/strict';
import { describe, expect, test } from '@jest/globals';
import { Breaker, type BreakerWish, type Pass } from '../../src/resilience/breaker.ts';
import type { BreakerOptions } from '../../src/resilience/options.ts';
import type { Verdict } from '../../src/resilience/verdict.ts';

const options: BreakerOptions = {
  enabled: true,
  window: 1_000,
  minRequests: 4,
  failures: 0.5,
  open: { min: 1_000, max: 4_000 },
  probes: 2,
  statuses: ['5xx'],
  graphqlErrors: false,
};

const verdicts: Readonly<Record<string, Verdict>> = {
  ok: { counts: 'success', retry: 'never' },
  fail: { counts: 'failure', retry: 'never' },
  left: { counts: 'nothing', retry: 'never' },
  busy: { counts: 'failure', retry: 'never', retryAfterMs: 3_000 },
  gone: { counts: 'failure', retry: 'never', retryAfterMs: 60_000 },
};

/** Other options, by the word that sets them. */
const changes: Readonly<Record<string, Partial<BreakerOptions>>> = {
  same: {},
  off: { enabled: false },
  strict: { minRequests: 1 },
  single: { probes: 1 },
};

/** A breaker whose clock is moved by hand. */
function steered(random = 0) {
  let nowMs = 50_000;
  const seen: string[] = [];
  const breaker = new Breaker({
    options,
    now: () => nowMs,
    random: () => random,
    changed: (from, to) => seen.push(`${from} ${to}`),
  });
  const held = new Map<string, Pass>();
  const steps: Readonly<Record<string, (...words: string[]) => unknown>> = {
    wait: (ms) => {
      nowMs += Number(ms);
    },
    begin: (name = '') => held.set(name, entered(breaker)),
    end: (name = '', verdict = '') => breaker.leave(held.get(name) ?? unheld(), verdictOf(verdict)),
    force: (wish) => breaker.force(wish as BreakerWish, 'Ada'),
    set: (word = '') => breaker.configure({ ...options, ...changes[word] }),
    refused: () => expect([breaker.enter(), breaker.isOpen]).toEqual([undefined, true]),
    is: (state) => expect(breaker.state().state).toBe(state),
    retry: (ms) => expect(breaker.retryAfterMs).toBe(Number(ms)),
  };
  /** Words such as `fail`, `fail*4` for the same four times, or `wait:500`. */
  const run = async (script: string): Promise<void> => {
    for (const each of script.split(' ')) {
      const [word = '', times = '1'] = each.split('*');
      const [name = '', ...words] = word.split(':');
      for (let done = 0; done < Number(times); done += 1) {
        const step = steps[name];
        if (step === undefined) await breaker.leave(entered(breaker), verdictOf(name));
        else await step(...words);
      }
    }
  };
  return { breaker, run, seen };
}

function entered(breaker: Breaker): Pass {
  const pass = breaker.enter();
  assert(pass !== undefined, 'The call is let through');
  return pass;
}

function verdictOf(name: string): Verdict {
  const verdict = verdicts[name];
  assert(verdict !== undefined, `${name} is a verdict`);
  return verdict;
}

function unheld(): never {
  throw new Error('Nothing of this name has begun');
}

const opened = 'fail*4 is:open';

describe('a breaker', () => {
  test.each([
    ['is closed at first', 'is:closed ok is:closed'],
    ['stays closed below the volume', 'fail*3 is:closed'],
    ['opens with the volume and the share reached', 'fail*4 is:open refused'],
    ['opens at exactly its share', 'ok*2 fail*2 is:open'],
    ['stays closed below its share', 'ok*3 fail*2 is:closed'],
    ['opens when the share is reached later', 'ok*3 fail*2 is:closed fail is:open'],
    ['does not open by an answer', 'fail*3 ok is:closed'],
    ['forgets failures that are older than its window', 'fail*3 wait:1000 fail is:closed'],
    ['remembers those that are not', 'fail*3 wait:800 fail is:open'],
    ['forgets a window at a time, by tenths', 'fail*2 wait:500 fail wait:600 fail is:closed'],
    ['forgets after a long rest', 'fail*3 wait:100000 fail*3 is:closed fail is:open'],
    ['does not count what was given up', 'fail*3 left*10 is:closed'],
    ['is not opened by what was given up', 'left*100 is:closed'],
    ['refuses all while it is open', `${opened} refused*10 wait:999 refused is:open`],
    ['says how long it stays open', `${opened} wait:400 retry:600`],
    ['lets probes through after that', `${opened} wait:1000 begin:a is:half-open`],
    ['lets no more through than its probes', `${opened} wait:1000 begin:a begin:b refused*5`],
    ['stays half-open while a probe is out', `${opened} wait:1000 begin:a ok is:half-open`],
    ['closes when all probes are answered', `${opened} wait:1000 ok is:half-open ok is:closed`],
    ['opens when one fails', `${opened} wait:1000 ok fail is:open refused`],
    [
      'opens when the first fails, whatever the other does',
      `${opened} wait:1000 begin:a fail is:open end:a:ok is:open`,
    ],
    [
      'has a probe back that was given up',
      `${opened} wait:1000 begin:a begin:b refused end:a:left begin:c refused is:half-open`,
    ],
    [
      'does not close by probes that were given up',
      `${opened} wait:1000 left*10 is:half-open ok*2 is:closed`,
    ],
    [
      'does not open by a probe that was given up',
      `${opened} wait:1000 ok left is:half-open ok is:closed`,
    ],
    [
      'does not take back a probe of an earlier time',
      `${opened} wait:1000 begin:a fail wait:2000 begin:b begin:c end:a:left refused`,
    ],
    [
      'is open twice as long after its probes failed',
      `${opened} wait:1000 fail is:open wait:1999 refused wait:1 ok*2 is:closed`,
    ],
    [
      'is open no longer than its longest',
      `${opened} wait:1000 fail wait:2000 fail wait:4000 fail wait:3999 refused wait:1 begin:a`,
    ],
    [
      'begins with the shortest again once it was closed',
      `${opened} wait:1000 fail wait:2000 ok*2 fail*4 retry:1000`,
    ],
    [
      'has no memory of what was before it closed',
      `${opened} wait:1000 ok*2 fail*3 is:closed fail is:open`,
    ],
    [
      'does not count what began before it opened',
      `begin:a begin:b begin:c begin:d ${opened} end:a:fail wait:1000 ok*2 end:b:fail end:c:fail end:d:fail fail*3 is:closed`,
    ],
    [
      'is not moved by late answers while it is open',
      `begin:a ${opened} wait:1000 end:a:fail is:open end:a:ok is:open`,
    ],
    [
      'stays open for as long as it was asked to',
      'fail*3 busy is:open retry:3000 wait:2999 refused wait:1 begin:a',
    ],
    ['but no longer than its longest', 'fail*3 gone is:open retry:4000'],
    ['is asked by a probe, too', `${opened} wait:1000 busy is:open retry:3000`],
    ['forced open refuses all', 'force:open refused is:closed'],
    ['forced open lets nothing through after its time', `${opened} force:open wait:5000 refused`],
    [
      'left to itself goes on as it was',
      `${opened} force:open wait:5000 refused force:auto ok*2 is:closed`,
    ],
    [
      'bypassed lets all through',
      `${opened} force:bypass ok*10 fail*10 is:open force:auto refused`,
    ],
    ['bypassed counts nothing', 'force:bypass fail*10 is:closed force:auto fail*3 is:closed'],
    ['keeps its counts where options stay the same', 'fail*3 set:same fail is:open'],
    ['begins to count anew under others', 'fail*3 set:single fail*3 is:closed fail is:open'],
    ['applies others at once', 'set:strict fail is:open'],
    [
      'stays open under others for as long',
      `${opened} wait:400 set:single refused retry:600 wait:600 ok is:closed`,
    ],
    [
      'begins its probes anew under others',
      `${opened} wait:1000 begin:a begin:b set:single is:open end:a:fail is:open ok is:closed`,
    ],
    ['switched off lets all through', `${opened} set:off fail*10`],
    [
      'switched on again goes on',
      `${opened} set:off fail*10 set:same refused wait:1000 ok*2 is:closed`,
    ],
  ])('%s: %s', async (_title, script) => {
    await steered().run(script);
  });

  test('stays open for up to a fifth less, at random', async () => {
    const { run } = steered(0.5);
    await run(`${opened} retry:900 wait:900 fail retry:1800`);
  });

  test('tells of every change, in order', async () => {
    const { run, seen } = steered();
    await run(`${opened} wait:1000 fail wait:2000 ok*2`);
    expect(seen).toEqual([
      'closed open',
      'open half-open',
      'half-open open',
      'open half-open',
      'half-open closed',
    ]);
  });

  test('shows what it counts, when it opens again and who steers it', async () => {
    const { breaker, run } = steered();
    await run('ok fail');
    expect(breaker.state()).toEqual({ state: 'closed', failures: 1, total: 2 });
    await run('fail*2 wait:200 force:bypass');
    const beforeMs = Date.now();
    const { openUntilMs = 0, ...others } = breaker.state();
    const afterMs = Date.now();
    expect(others).toEqual({ state: 'open', failures: 3, total: 4, forced: 'bypass', by: 'Ada' });
    expect(openUntilMs - 800).toBeGreaterThanOrEqual(beforeMs);
    expect(openUntilMs - 800).toBeLessThanOrEqual(afterMs);
  });

  test('opens once, however many fail at the same time', async () => {
    const { breaker, run, seen } = steered();
    await run('fail*3');
    const passes = Array.from({ length: 10 }, () => entered(breaker));
    await Promise.all(passes.map((pass) => breaker.leave(pass, verdictOf('fail'))));
    expect(seen).toEqual(['closed open']);
  });
});
