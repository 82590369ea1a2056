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
 * gateway does wrong spoils each of them.
 */
async function undisturbed(round: () => Promise<boolean>): Promise<void> {
  const rounds: boolean[] = [];
  while (rounds.length < 3 && !rounds.includes(true)) rounds.push(await round());
  expect(rounds).toContain(true);
}

describe('An operation that takes too long to plan', () => {
  const start = () =>
    federate({
      subgraphs: entangled,
      config: {
        graphql: {
          limits: unlimited,
          planning: { ...unhurried, timeout: '2s', memory: '2GiB' },
        },
      },
    });

  test('is refused in time, and nobody else waits for it', async () => {
    await undisturbed(async () => {
      await using federation = await start();
      await federation.send('{ t { two } }');
      const startedMs = performance.now();
      let served = true;
      const refused = federation.send(bomb(10), {}, strict);
      const [bystanders, planned] = await Promise.all([
        longestWhile(refused, () => federation.send('{ __typename }')),
        longestWhile(refused, async (n) => {
          const reply = await federation.send(`{ t { number${n}: two three } }`);
          const data = { t: { [`number${n}`]: 2, three: 3 } };
          served &&= JSON.stringify(reply.body) === JSON.stringify({ data });
        }),
      ]);
      const { status, body } = await refused;
      expect({ status, body }).toEqual({ status: 400, body: timedOut });
      expect(await restarts(federation)).toEqual([
        'gatehouse_planner_restarts_total{reason="timeout"} 1',
      ]);
      return served && bystanders < 250 && planned < 2_000 && performance.now() - startedMs < 3_500;
    });
  });

  test('is refused at once when it is sent again, in whatever layout', async () => {
    await using federation = await start();
    await federation.send(bomb(10));
    for (const text of [bomb(10), `# again\n${bomb(10)}`]) {
      const reply = await federation.send(text);
      expect(reply.body).toEqual(timedOut);
    }
    expect(await elapsed(() => federation.send(bomb(10)))).toBeLessThan(500);
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
            planning: { ...unhurried, timeout: '20s', memory: '128MiB' },
          },
        },
      });
      const refused = federation.send(bomb(10), {}, strict);
      const bystanders = await longestWhile(refused, () => federation.send('{ __typename }'));
      const { status, body } = await refused;
      expect({ status, body }).toEqual({ status: 400, body: tooLarge });
      expect(await restarts(federation)).toEqual([
        'gatehouse_planner_restarts_total{reason="memory"} 1',
      ]);
      const good = await federation.send('{ t { two } }');
      expect(good.body).toEqual({ data: { t: { two: 2 } } });
      return bystanders < 250;
    });
  });
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
