import { describe, expect, test } from '@jest/globals';
import { copies, tally } from '../harness/copies.ts';

/** A gateway with two targets, and what the operator's door says. */
async function steerable(options: object = {}) {
  const two = await copies(2, (targets) => ({ targets, balance: 'round-robin', ...options }));
  const { adminUrl } = two.federation.gateway;
  const call = async (path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${adminUrl}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: body ? { 'content-type': 'application/json', ...headers } : headers,
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const ids = two.copies.map(({ url }) => url.replace('http://', ''));
  const round = async (times: number) => {
    const outcomes: string[] = [];
    for (let turn = 0; turn < times; turn += 1) outcomes.push(await two.ask());
    return tally(outcomes);
  };
  return { ...two, call, ids, round };
}

describe('upstreams', () => {
  test('are shown with their targets', async () => {
    await using gateway = await steerable();
    await gateway.round(4);
    const { status, body } = await gateway.call('/upstreams');
    expect(status).toBe(200);
    const connections = { open: 1, idle: 1, waiting: 0 };
    const ready = {
      ...{ state: 'ready', weight: 1, inFlight: 0, failures: 0, ejections: 0 },
      connections,
    };
    expect(body).toMatchObject({
      upstreams: [
        {
          name: 'who',
          breaker: { state: 'closed' },
          targets: gateway.ids.map((id) => ({ id, picks: 2, ...ready })),
        },
      ],
    });
    expect((await gateway.call('/upstreams/who')).body.upstreams).toHaveLength(1);
    expect((await gateway.call('/upstreams/nobody')).status).toBe(404);
  });

  test('of one address are shown and drained as well', async () => {
    await using one = await copies(1, ([url]) => ({ url }));
    const { adminUrl } = one.federation.gateway;
    await one.ask();
    const id = one.copies[0]?.url.replace('http://', '');
    const text = await (await fetch(`${adminUrl}/upstreams/who`)).text();
    expect(JSON.parse(text)).toMatchObject({ upstreams: [{ targets: [{ id, picks: 1 }] }] });
    await fetch(`${adminUrl}/upstreams/who/targets/${id}/drain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"drain":true}',
    });
    expect(await one.ask()).toBe('SUBREQUEST_HTTP_ERROR');
  });

  test('are in the metrics', async () => {
    await using gateway = await steerable();
    await gateway.round(2);
    const text = await (await fetch(`${gateway.federation.gateway.adminUrl}/metrics`)).text();
    for (const id of gateway.ids) {
      const labels = `{subgraph_name="who",target="${id}"}`;
      expect(text).toContain(`gatehouse_target_up${labels} 1\n`);
      expect(text).toContain(`gatehouse_target_picks_total${labels} 1\n`);
      expect(text).toContain(`gatehouse_target_in_flight${labels} 0\n`);
    }
  });
});

describe('a target that is drained', () => {
  test('gets no further calls, none fails, and the log says who did it', async () => {
    await using gateway = await steerable({ retry: { max: 0 }, slowStart: '0s' });
    const [first] = gateway.copies;
    const arrived = Promise.withResolvers<() => void>();
    if (first === undefined) throw new Error('There is one');
    first.behave = (_request, response) => {
      arrived.resolve(() => response.end('{"data":{"who":"late"}}'));
    };
    const underWay = gateway.ask();
    const answer = await arrived.promise;
    const path = `/upstreams/who/targets/${gateway.ids[0]}/drain`;
    const { status, body } = await gateway.call(path, { drain: true, by: 'mira' });
    expect(status).toBe(200);
    expect(body.upstreams[0].targets[0]).toMatchObject({ state: 'draining', inFlight: 1 });
    expect(await gateway.round(6)).toEqual({ two: 6 });
    answer();
    expect(await underWay).toBe('late');
    const [line] = await gateway.federation.logged('A target was steered');
    expect(line).toMatchObject({ subgraph: 'who', target: gateway.ids[0], by: 'mira (127.0.0.1)' });
    first.behave = undefined;
    await gateway.call(path, { drain: false }, { 'x-forwarded-user': 'lu' });
    const [, other] = await gateway.federation.logged('A target was steered', 2);
    expect(other).toMatchObject({ drain: false, by: 'lu (127.0.0.1)' });
    expect(await gateway.round(4)).toEqual({ one: 2, two: 2 });
  });
});

test('a breaker is held open, and left to itself again', async () => {
  await using gateway = await steerable();
  const path = '/upstreams/who/breaker';
  expect((await gateway.call(path, { state: 'open', by: 'mira' })).status).toBe(200);
  expect(await gateway.round(1)).toEqual({ SUBGRAPH_CIRCUIT_BREAKER_REJECTED: 1 });
  const [line] = await gateway.federation.logged('A circuit breaker was steered');
  expect(line).toMatchObject({ subgraph: 'who', breaker: 'open', by: 'mira (127.0.0.1)' });
  await gateway.call(path, { state: 'auto' });
  expect(await gateway.round(2)).toEqual({ one: 1, two: 1 });
});

test.each([
  ['/upstreams/who/breaker', { state: 'ajar' }, 400],
  ['/upstreams/who/breaker', {}, 400],
  ['/upstreams/who/breaker', { state: 'open', more: 1 }, 400],
  ['/upstreams/nobody/breaker', { state: 'open' }, 404],
  ['/upstreams/who/targets/nobody/drain', { drain: true }, 404],
  ['/upstreams/who/targets/nobody/drain', { drain: 'perhaps' }, 400],
])('POST %s with %j is answered with %i', async (path, body, status) => {
  await using gateway = await steerable();
  expect((await gateway.call(path, body)).status).toBe(status);
});
