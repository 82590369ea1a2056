import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { gatewayConfig } from '../../../src/config/schema.ts';
import { copies, tally } from '../../harness/copies.ts';

async function repeat(times: number, ask: () => Promise<string>): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (let turn = 0; turn < times; turn += 1) outcomes.push(await ask());
  return outcomes;
}

describe('several targets', () => {
  test('get calls by their weights', async () => {
    await using three = await copies(3, ([one, two, other]) => ({
      targets: [one, { url: two, weight: 2 }, { url: other, weight: 5 }],
      balance: 'round-robin',
    }));
    const outcomes = await repeat(80, () => three.ask());
    expect(tally(outcomes)).toEqual({ one: 10, two: 20, three: 50 });
  });

  test('of which one is slow: the others take its calls, also at equal turns for round-robin', async () => {
    const slow = async (balance: string) => {
      await using three = await copies(3, (targets) => ({ targets, balance, eject: false }));
      const [first] = three.copies;
      const held: (() => void)[] = [];
      let isHeld = Promise.withResolvers<void>();
      if (first !== undefined) {
        first.behave = (_request, response) => {
          held.push(() => response.end('{"data":{"who":"one"}}'));
          isHeld.resolve();
        };
      }
      const answered: Promise<string>[] = [];
      for (let turn = 0; turn < 60; turn += 1) {
        isHeld = Promise.withResolvers();
        const call = three.ask();
        answered.push(call);
        // The next one comes once this one is answered, or stuck.
        await Promise.race([call, isHeld.promise]);
      }
      const stuck = first?.calls ?? 0;
      if (first !== undefined) first.behave = undefined;
      for (const release of held) release();
      await Promise.all(answered);
      return stuck;
    };
    const [spread, turns] = [await slow('p2c'), await slow('round-robin')];
    process.stdout.write(
      `calls of 60 to the slow one of three: p2c ${spread}, in turns ${turns}\n`,
    );
    expect(turns).toBe(20);
    expect(spread).toBeLessThan(turns / 2);
  });

  test('answer one call from another one where the first fails', async () => {
    await using two = await copies(2, (targets) => ({ targets, balance: 'round-robin' }));
    const [first] = two.copies;
    if (first !== undefined) first.behave = (request) => void request.socket.destroy();
    expect(tally(await repeat(6, () => two.ask()))).toEqual({ two: 6 });
    expect(first?.calls).toBeGreaterThan(0);
  });

  test('that fail are left alone, and the log says so', async () => {
    await using three = await copies(3, (targets) => ({
      targets,
      balance: 'round-robin',
      eject: { after: 2 },
      retry: { max: 0 },
    }));
    const [first] = three.copies;
    if (first !== undefined)
      first.behave = (_request, response) => void response.writeHead(500).end();
    const outcomes = await repeat(30, () => three.ask());
    expect(tally(outcomes)).toEqual({ SUBREQUEST_HTTP_ERROR: 2, two: 14, three: 14 });
    const [line] = await three.federation.logged('A target was ejected');
    expect(line).toMatchObject({
      subgraph: 'who',
      target: first?.url.replace('http://', ''),
      reason: 'consecutive failures',
      forMs: 30_000,
    });
  });

  test('that hang are left alone, whichever limit ends the call', async () => {
    for (const timeout of [{ total: '1s' }, { try: '1s' }]) {
      await using two = await copies(2, (targets) => ({
        targets,
        balance: 'round-robin',
        eject: { after: 1 },
        retry: { max: 0 },
        timeout,
      }));
      const [first] = two.copies;
      if (first !== undefined) first.behave = () => {};
      const outcomes = await repeat(5, () => two.ask());
      expect(tally(outcomes)).toEqual({ GATEWAY_TIMEOUT: 1, two: 4 });
    }
  });

  test('are not blamed for clients that leave', async () => {
    await using two = await copies(2, (targets) => ({
      targets,
      balance: 'round-robin',
      eject: { after: 1 },
      retry: { max: 0 },
    }));
    const [first] = two.copies;
    const arrived = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    if (first === undefined) throw new Error('There is one');
    first.behave = (request) => {
      request.socket.once('close', left.resolve);
      arrived.resolve();
    };
    const leaving = new AbortController();
    const call = fetch(two.federation.gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ who }"}',
      signal: leaving.signal,
    });
    await arrived.promise;
    leaving.abort();
    await expect(call).rejects.toThrow();
    await left.promise;
    first.behave = undefined;
    expect(tally(await repeat(4, () => two.ask()))).toEqual({ one: 2, two: 2 });
  });

  test('keep what is known of them through a reload', async () => {
    await using two = await copies(2, (targets) => ({
      targets,
      balance: 'round-robin',
      eject: { after: 1 },
      retry: { max: 0 },
    }));
    const [first] = two.copies;
    if (first !== undefined)
      first.behave = (_request, response) => void response.writeHead(503).end();
    await repeat(2, () => two.ask());
    expect(first?.calls).toBe(1);
    const { federation } = two;
    const { log } = federation.config.observability;
    const changed = {
      ...federation.config.observability,
      log: { ...log, level: 'debug' as const },
    };
    const options = { ...federation.config.graphql.subgraphs['who'], deduplicate: false };
    const graphql = {
      ...federation.config.graphql,
      subgraphs: { ...federation.config.graphql.subgraphs, who: options },
    };
    await federation.gateway.reload({ ...federation.config, graphql, observability: changed });
    expect(tally(await repeat(6, () => two.ask()))).toEqual({ two: 6 });
    expect(first?.calls).toBe(1);
  });
});

describe('calls are split', () => {
  const groups = ([one, two]: readonly string[]) => [one, { url: two, group: 'canary' }];

  test('by a header: those that have it get the canary', async () => {
    await using two = await copies(2, (urls) => ({
      targets: groups(urls),
      split: [{ group: 'canary', when: 'header:X-Canary', is: ['yes'] }],
    }));
    expect(await two.ask()).toBe('one');
    expect(await two.ask({ 'x-canary': 'no' })).toBe('one');
    expect(await two.ask({ 'x-canary': 'yes' })).toBe('two');
  });

  test('by equal operations at the same time too, of which each goes where it belongs', async () => {
    await using two = await copies(2, (urls) => ({
      targets: groups(urls),
      split: [{ group: 'canary', when: 'header:x-canary' }],
    }));
    const query = '{ who }';
    const both = await Promise.all(
      [{}, { 'x-canary': '1' }].map(async (headers) => {
        return (await two.federation.send(query, {}, headers)).body;
      }),
    );
    expect(both).toEqual([{ data: { who: 'one' } }, { data: { who: 'two' } }]);
  });

  test('to others while none of the group is well', async () => {
    await using two = await copies(2, (urls) => ({
      targets: groups(urls),
      split: [{ group: 'canary', when: 'header:x-canary' }],
      eject: { after: 1, max: '100%' },
      retry: { max: 0 },
    }));
    const [, canary] = two.copies;
    if (canary !== undefined)
      canary.behave = (_request, response) => void response.writeHead(500).end();
    const outcomes = [await two.ask({ 'x-canary': '1' }), await two.ask({ 'x-canary': '1' })];
    expect(outcomes).toEqual(['SUBREQUEST_HTTP_ERROR', 'one']);
  });

  test('by percent, and callers stay where they are', async () => {
    await using two = await copies(2, (urls) => ({
      targets: groups(urls),
      split: [{ group: 'canary', percent: '30%', by: 'header:x-user' }],
    }));
    const round = () =>
      Promise.all(Array.from({ length: 100 }, (_, user) => two.ask({ 'x-user': `u${user}` })));
    const first = await round();
    expect(await round()).toEqual(first);
    const canary = tally(first)['two'] ?? 0;
    expect(canary).toBeGreaterThan(15);
    expect(canary).toBeLessThan(45);
  });
});

test('a hash sends the same value to the same target', async () => {
  await using three = await copies(3, (targets) => ({
    targets,
    balance: { hash: 'cookie:session' },
  }));
  const ask = (session: number) => three.ask({ cookie: `a=b; session=s${session}` });
  const first = await Promise.all(Array.from({ length: 5 }, () => ask(7)));
  expect(new Set(first).size).toBe(1);
  const many: string[] = [];
  for (let session = 0; session < 30; session += 1) many.push(await ask(session));
  expect(Object.keys(tally(many))).toHaveLength(3);
});

describe('a mirror', () => {
  test('gets copies of queries, hangs, and nobody notices', async () => {
    await using two = await copies(2, ([url, mirror]) => ({
      url,
      mirror: { url: mirror, max: 3 },
    }));
    const [, mirror] = two.copies;
    if (mirror !== undefined) mirror.behave = () => {};
    expect(tally(await repeat(10, () => two.ask()))).toEqual({ one: 10 });
    expect(await two.act()).toBe('one');
    // Nobody waits for those that are on their way.
    while ((mirror?.calls ?? 3) < 3) await setImmediate();
    expect(mirror?.calls).toBe(3);
  });

  test('gets no mutation unless it may', async () => {
    await using two = await copies(2, ([url, mirror]) => ({ url, mirror: { url: mirror } }));
    const [, mirror] = two.copies;
    expect(await two.act()).toBe('one');
    const seen = new Promise<void>((resolve) => mirror?.server.once('request', () => resolve()));
    await two.ask();
    await seen;
    expect(mirror?.calls).toBeLessThanOrEqual(1);
    expect(mirror?.asked.join()).not.toContain('mutation');
  });
});

test.each([
  [{ url: 'http://a', targets: ['http://b'] }, 'Expected url or targets, not both'],
  [{ dns: {}, targets: ['http://b'] }, 'Expected dns or targets, not both'],
  [{ targets: ['http://b', 'http://b/'] }, 'Two targets have the same address'],
  [{ targets: ['ftp://b'] }, 'Expected a URL such as http://orders:4001/graphql'],
  [{ split: [{ group: 'x', percent: '5%' }] }, 'No target is of the group "x" of split'],
  [{ targets: [{ url: 'http://b', group: 'x' }] }, 'Expected a target without a group'],
  [{ tls: { cert: 'a' } }, 'Expected cert and key together'],
])('%j is refused', (who, message) => {
  const parsed = gatewayConfig.safeParse({ graphql: { subgraphs: { who } } });
  expect(parsed.error?.message).toContain(message.replaceAll('"', '\\"'));
});
