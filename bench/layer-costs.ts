import type { GraphQLRequest, SubgraphAnswer, SubgraphRequest } from '../src/context.ts';
import { createLog } from '../src/observability/log.ts';
import { Metrics } from '../src/observability/metrics.ts';
import { UpstreamPool } from '../src/resilience/upstream-state.ts';
import { subgraphOptionsFor, subgraphsOptions } from '../src/subgraph/options.ts';
import { aroundTarget, type SubgraphCall, upstream } from '../src/upstream.ts';

// `node bench/layer-costs.ts`: what the layers round a subgraph call cost when nothing fails, in
// microseconds of processor time for each call, against a call with none of those that can be
// switched off. Each figure is the median of several rounds.
const calls = 200_000;
const rounds = 9;
const atOnce = 20;

const answer: SubgraphAnswer = { status: 200, headers: {}, data: {}, errors: [], extensions: {} };
const client = { log: createLog('silent') } as unknown as GraphQLRequest;
const request: SubgraphRequest = {
  subgraph: 'prices',
  kind: 'query',
  query: '{ price }',
  operationName: undefined,
  variables: {},
  headers: {},
  client,
};

const send: SubgraphCall = async () => answer;
const contenders: Readonly<Record<string, SubgraphCall>> = {
  'nothing at all': send,
  'without retries and breaker': callWith({ retry: { max: 0 }, breaker: { enabled: false } }),
  'all layers': callWith({}),
  'all layers, several targets': callWith({}, true),
  'all layers, and a time for each try': callWith({ timeout: { try: '3s' } }),
};

const took = new Map<string, number[]>();
for (let round = 0; round < rounds; round += 1) {
  for (const [name, call] of Object.entries(contenders)) {
    const times = took.get(name) ?? [];
    took.set(name, times);
    times.push(await microsecondsOf(call));
  }
}
for (const [name, times] of took) {
  const median = times.toSorted((one, other) => one - other)[Math.floor(rounds / 2)] ?? 0;
  process.stdout.write(`${median.toFixed(2).padStart(6)} µs  ${name}\n`);
}

function callWith(all: object, hasSeveralTargets = false): SubgraphCall {
  const options = subgraphOptionsFor('prices', subgraphsOptions.parse({ all }));
  const metrics = new Metrics();
  const pool = new UpstreamPool({ log: createLog('silent'), observer: metrics.upstreams });
  const state = pool.get('prices', options);
  const around = {
    state,
    resilience: options,
    tryTimeoutMs: options.timeout.try,
    isOneOfSeveral: hasSeveralTargets,
  };
  return upstream(aroundTarget(around)({ id: 'a' })(send), {
    subgraph: 'prices',
    totalTimeoutMs: options.timeout.total,
    deduplicate: false,
    idHeader: 'x-request-id',
    layers: [],
    metrics,
    state,
    resilience: options,
    hasSeveralTargets,
  });
}

async function microsecondsOf(call: SubgraphCall): Promise<number> {
  const { signal } = new AbortController();
  const before = process.cpuUsage();
  for (let done = 0; done < calls; done += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => call(request, signal)));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}
