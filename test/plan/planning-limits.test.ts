import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type Federation, federate } from '../harness/federation.ts';
import { unlimited } from '../harness/unlimited.ts';
import { bomb, elapsed, entangled, longestWhile, unhurried } from './bombs.ts';

const strict = { accept: 'application/graphql-response+json' };

async function restarts({ gateway }: Federation): Promise<readonly string[]> {
  const text = await (await fetch(new URL('/metrics', gateway.adminUrl))).text();
  return text.split('\n').filter((line) => line.startsWith('gatehouse_planner_restarts_total{'));
}

const timedOut = {
  errors: [
    {
      message: 'The operation took too long to plan',
      extensions: { code: 'QUERY_PLANNING_TIMEOUT' },
    },
  ],
};
const tooLarge = {
  errors: [
    {
      message: 'The operation selects more than can be planned',
      extensions: { code: 'QUERY_PLAN_TOO_LARGE' },
    },
  ],
};

/**
 * Does `round` until times are kept in it. What else runs on the machine may spoil one; what the
 * gateway does wrong spoils each of them. A round gives what took too long.
 */
async function undisturbed(round: () => Promise<readonly string[]>): Promise<void> {
  const rounds: (readonly string[])[] = [];
  while (rounds.length < 3 && rounds.every(({ length }) => length > 0)) rounds.push(await round());
  expect(rounds).toContainEqual([]);
}

/** Says so where `what` took longer than `mostMs`, and than twice what it took without any attack. */
function late(what: string, tookMs: number, mostMs: number, quietMs: number): readonly string[] {
  if (tookMs < Math.max(mostMs, 2 * quietMs)) return [];
  return [`${what} took ${tookMs} ms, and ${quietMs} ms before`];
}

/** For as long as a bystander is looked at without any attack, in milliseconds. */
const quietMs = 1_000;

describe('An operation that takes too long to plan', () => {
  const start = (timeout = '2s') =>
    federate({
      subgraphs: entangled,
      config: {
        graphql: {
          limits: unlimited,
          planning: { ...unhurried, timeout, memory: '2GiB' },
        },
      },
    });

  test('is refused in time, and nobody else waits for it', async () => {
    await undisturbed(async () => {
      // Long enough for the plans of others, on a machine that is busy.
      await using federation = await start('5s');
      await federation.send('{ t { two } }');
      let served = true;
      let asked = 0;
      const plan = async () => {
        const name = `number${asked++}`;
        const reply = await federation.send(`{ t { ${name}: two three } }`);
        const data = { t: { [name]: 2, three: 3 } };
        served &&= JSON.stringify(reply.body) === JSON.stringify({ data });
      };
      const waitsUntil = (end: Promise<unknown>) =>
        Promise.all([
          longestWhile(end, () => federation.send('{ __typename }')),
          longestWhile(end, plan),
        ]);
      const quiet = await waitsUntil(wait(quietMs));
      const startedMs = performance.now();
      const refused = federation.send(bomb(10), {}, strict);
      const [bystanders, planned] = await waitsUntil(refused);
      const { status, body } = await refused;
      expect({ status, body }).toEqual({ status: 400, body: timedOut });
      expect(await restarts(federation)).toEqual([
        'gatehouse_planner_restarts_total{reason="timeout"} 1',
      ]);
      const refusedMs = performance.now() - startedMs;
      return [
        ...(served ? [] : ['not all were served']),
        ...late('a bystander', bystanders, 250, quiet[0]),
        ...late('a plan', planned, 2_000, quiet[1]),
        ...late('the refusal after the limit', refusedMs - 5_000, 1_500, quiet[1]),
      ];
    });
  }, 120_000);

  test('is refused at once when it is sent again, in whatever layout', async () => {
    await using federation = await start();
    await federation.send(bomb(10));
    for (const text of [bomb(10), `# again\n${bomb(10)}`]) {
      const reply = await federation.send(text);
      expect(reply.body).toEqual(timedOut);
    }
    // To plan it again would take the whole time that there is for it.
    expect(await elapsed(() => federation.send(bomb(10)))).toBeLessThan(2_000);
    expect(await restarts(federation)).toEqual([
      'gatehouse_planner_restarts_total{reason="timeout"} 1',
    ]);
    const good = await federation.send('{ t { two } }');
    expect(good.body).toEqual({ data: { t: { two: 2 } } });
  });

  test('is told in the log with its reason', async () => {
    await using federation = await start();
    await federation.send(bomb(10));
    const [line] = await federation.logged('A planner ended before its time');
    expect(line).toMatchObject({ level: 'warn', reason: 'timeout', err: { message: /2000 ms/ } });
  });
});

test('An operation that takes too much CPU to plan is refused, though there is time', async () => {
  await using federation = await federate({
    subgraphs: entangled,
    config: {
      graphql: {
        limits: unlimited,
        planning: { ...unhurried, cpu: '500ms', timeout: '60s', memory: '2GiB' },
      },
    },
  });
  const { status, body } = await federation.send(bomb(10), {}, strict);
  expect({ status, body }).toEqual({ status: 400, body: timedOut });
  const [line] = await federation.logged('A planner ended before its time');
  expect(line).toMatchObject({
    reason: 'timeout',
    err: { message: 'No plan within 500 ms of CPU' },
  });
});

describe('An operation that needs too much memory to plan', () => {
  test('is refused, and nobody else waits for it', async () => {
    await undisturbed(async () => {
      await using federation = await federate({
        subgraphs: entangled,
        config: {
          graphql: {
            limits: unlimited,
            planning: { ...unhurried, timeout: '1m', memory: '128MiB' },
          },
        },
      });
      const ask = () => federation.send('{ __typename }');
      const quiet = await longestWhile(wait(quietMs), ask);
      const refused = federation.send(bomb(10), {}, strict);
      const bystanders = await longestWhile(refused, ask);
      const { status, body } = await refused;
      expect({ status, body }).toEqual({ status: 400, body: tooLarge });
      expect(await restarts(federation)).toEqual([
        'gatehouse_planner_restarts_total{reason="memory"} 1',
      ]);
      const good = await federation.send('{ t { two } }');
      expect(good.body).toEqual({ data: { t: { two: 2 } } });
      return late('a bystander', bystanders, 250, quiet);
    });
  }, 120_000);
});

test('An operation whose plan is larger than a plan may be is refused', async () => {
  await using federation = await federate({
    subgraphs: entangled,
    config: { graphql: { limits: unlimited, planning: { size: '1KiB' } } },
  });
  const large = `{ t { ${Array.from({ length: 100 }, (_, n) => `number${n}: two`).join(' ')} } }`;
  const reply = await federation.send(large, {}, strict);
  expect({ status: reply.status, body: reply.body }).toEqual({ status: 400, body: tooLarge });
  const good = await federation.send('{ t { one } }');
  expect(good.body).toEqual({ data: { t: { one: 1 } } });
});
