import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayInput } from '../../src/config/schema.ts';
import { FaultyProxy } from '../harness/faulty-proxy.ts';
import { type Federation, federate } from '../harness/federation.ts';
import { listen, type TestServer } from '../harness/listen.ts';
import { metricOf } from '../resilience/metric-of.ts';
import { askSteadily, type Times, timesOf } from './steady-requests.ts';

type All = NonNullable<NonNullable<NonNullable<GatewayInput['graphql']>['subgraphs']>['all']>;

/** What subgraphs that fail do to others, and what is done to them. */
export interface UpstreamsReport {
  /** Operations that do not touch a subgraph, while it answers and while it hangs. */
  readonly beside: { readonly answering: Times; readonly hung: Times };
  /** What reaches a subgraph all of whose answers are failures. */
  readonly amplification: { readonly calls: number; readonly attempts: number };
  /** Probes that reach it while its breaker is open, and how soon it is asked again once it is well. */
  readonly breaker: {
    readonly openings: number;
    readonly probes: number;
    readonly mostProbesAtOnce: number;
    readonly recoveredMs: number;
    readonly openMs: number;
  };
}

const accounts = {
  sdl: 'type Query { me: String }',
  resolvers: { Query: { me: () => 'Ada' } },
};
const profiles = 'type Query { motto: String }';
const probes = 2;
const openMs = 500;

/** Measures each for `seconds`. */
export async function failingUpstreams(seconds: number): Promise<UpstreamsReport> {
  return {
    beside: await besideHung(seconds),
    amplification: await allFailing(seconds),
    breaker: await downAndUp(seconds),
  };
}

/** Whether no more reached those that fail than is allowed: that is never a matter of time. */
export function sparesUpstreams({ amplification, breaker }: UpstreamsReport): boolean {
  return (
    amplification.attempts <= 1.2 * amplification.calls &&
    breaker.probes <= probes * breaker.openings &&
    breaker.mostProbesAtOnce <= probes
  );
}

/**
 * `noiseMs` is what others on the machine may add; to a recovery, which takes two requests after the
 * open time, as much as requests take where that is more.
 */
export function sparesOthers({ beside, breaker }: UpstreamsReport, noiseMs: number): boolean {
  const usualMs = noiseMs === 0 ? 0 : 2 * beside.answering.p99Ms;
  return (
    beside.hung.p99Ms <= Math.max(1.5 * beside.answering.p99Ms, noiseMs) &&
    breaker.recoveredMs <= breaker.openMs + Math.max(noiseMs, usualMs)
  );
}

async function besideHung(seconds: number): Promise<UpstreamsReport['beside']> {
  await using server = await answering(() => 200);
  await using proxy = await FaultyProxy.start(server.port);
  await using federation = await withProfiles(proxy.url, {
    timeout: { try: '500ms', total: '1s' },
    breaker: { open: '200ms..1s' },
  });
  await besideLoad(federation, seconds / 2); // until what runs often is compiled
  const quiet = await besideLoad(federation, seconds);
  proxy.fault = 'black-hole';
  const hung = await besideLoad(federation, seconds);
  return { answering: timesOf(quiet), hung: timesOf(hung) };
}

/** How long some take while others ask the subgraph that may hang. */
async function besideLoad(federation: Federation, seconds: number): Promise<readonly number[]> {
  let isOver = false;
  const others = Array.from({ length: 16 }, async () => {
    while (!isOver) {
      await federation.send('{ motto }');
      // Refused in no time, they would take the processor from all others.
      await sleep(5);
    }
  });
  const { timesMs } = await askSteadily(
    () => federation.send('{ me }'),
    () => sleep(seconds * 1_000),
  );
  isOver = true;
  await Promise.all(others);
  return timesMs;
}

async function allFailing(seconds: number): Promise<UpstreamsReport['amplification']> {
  let attempts = 0;
  await using server = await answering(() => {
    attempts += 1;
    return 503;
  });
  await using federation = await withProfiles(server.url, {
    // No retries beside the share: on a slow machine they would be more than it.
    retry: { max: 3, backoff: '1ms..5ms', minPerSecond: 0 },
    breaker: { enabled: false },
  });
  let calls = 0;
  const ask = (): Promise<unknown> => {
    calls += 1;
    return federation.send('{ motto }');
  };
  await askSteadily(ask, () => sleep(seconds * 1_000));
  return { calls, attempts };
}

async function downAndUp(seconds: number): Promise<UpstreamsReport['breaker']> {
  let isDown = true;
  let isOpen = false;
  const probedMs: number[] = [];
  await using server = await answering(() => {
    if (isDown && isOpen) probedMs.push(performance.now());
    return isDown ? 500 : 200;
  });
  await using federation = await withProfiles(server.url, {
    retry: { max: 0 },
    breaker: { open: `${openMs}ms..${openMs}ms`, probes },
  });
  const ask = async (): Promise<unknown> => {
    const reply = await federation.send('{ motto }');
    await sleep(2);
    return reply;
  };
  let [openings, recoveredMs] = [0, Number.NaN];
  await askSteadily(ask, async () => {
    await federation.logged(opened);
    // Those that were on their way have arrived once nothing is under way.
    while ((await metricOf(federation, 'gatehouse_subgraph_attempts_in_flight')) !== '0');
    isOpen = true;
    await sleep(seconds * 1_000);
    openings = federation.log.filter(({ msg }) => msg === opened).length;
    const healedMs = performance.now();
    isDown = false;
    while (!federation.log.some(({ to }) => to === 'closed')) await sleep(5);
    recoveredMs = performance.now() - healedMs;
  });
  const mostProbesAtOnce = mostWithin(probedMs, openMs / 2);
  return { openings, probes: probedMs.length, mostProbesAtOnce, recoveredMs, openMs };
}

const opened = 'A circuit breaker opened';

/** The most of these times that lie within `ms` of each other. */
function mostWithin(times: readonly number[], ms: number): number {
  const counts = times.map((from) => times.filter((at) => at >= from && at < from + ms).length);
  return Math.max(0, ...counts);
}

/** A server that is `profiles`, and answers with these statuses. */
function answering(status: () => number): Promise<TestServer> {
  return listen(async (request, response) => {
    await text(request);
    const code = status();
    response.writeHead(code).end(code === 200 ? '{"data":{"motto":"onwards"}}' : '');
  });
}

/** A subgraph that is well, and one at `url`; nothing is shared, so that each call is one. */
function withProfiles(url: string, all: All): Promise<Federation> {
  return federate({
    subgraphs: { accounts, profiles: { sdl: profiles, url } },
    config: {
      graphql: {
        deduplicate: { enabled: false },
        subgraphs: { all: { deduplicate: false, ...all } },
      },
      observability: { log: { level: 'info' } },
    },
  });
}
