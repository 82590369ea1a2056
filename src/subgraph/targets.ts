import type { HttpClient } from '../clients/http.ts';
import type { SubgraphAnswer, SubgraphRequest } from '../context.ts';
import type { Call, Layer } from '../lib/call.ts';
import type { Disposer } from '../lib/disposer.ts';
import { algorithmFor } from '../resilience/balance/algorithms.ts';
import { balanced } from '../resilience/balance/balanced.ts';
import { mirrored } from '../resilience/balance/mirrored.ts';
import { Outliers } from '../resilience/balance/outliers.ts';
import { groupFor } from '../resilience/balance/split.ts';
import type { TargetPool } from '../resilience/balance/target-pool.ts';
import type { TargetState } from '../resilience/balance/target-state.ts';
import { ranOutOfTime } from '../resilience/deadline.ts';
import { HealthCheck } from '../resilience/health/health-check.ts';
import type { Judge } from '../resilience/verdict.ts';
import { healthQuestion } from './health-question.ts';
import type { SubgraphOptions } from './options.ts';
import { addressMissing, fill, type PlanSetup } from './planned-targets.ts';
import { splitRules, valueReader } from './request-values.ts';
import { parseTarget } from './target-address.ts';
import { type ConnectTo, clientFor, openTls } from './target-client.ts';
import { type OpenTarget, type PlannedTarget, TargetList } from './target-list.ts';
import type { MirrorOptions } from './target-options.ts';
import { httpTransport, noTarget } from './transports/http.ts';

type SubgraphCall = Call<SubgraphRequest, SubgraphAnswer>;

export interface TargetsSetup extends PlanSetup {
  readonly pool: TargetPool;
  /** What is put round the calls of each target. */
  readonly around: (target: { readonly id: string }) => Layer<SubgraphRequest, SubgraphAnswer>;
  /** Whether the breaker of a target would refuse a call. */
  readonly refuses: (id: string) => boolean;
  readonly judge: Judge<SubgraphAnswer>;
}

/** Whether another attempt may find another target. */
export function hasSeveralTargets({ targets, dns }: SubgraphOptions): boolean {
  return dns !== undefined || (targets?.length ?? 1) > 1;
}

/** Connects to the targets of a subgraph; `disposer` gets all that has to end. */
export async function openTargets(setup: TargetsSetup, disposer: Disposer): Promise<SubgraphCall> {
  const { name, options } = setup;
  const tls = await openTls(setup, disposer);
  const connect = (planned: ConnectTo): HttpClient => clientFor(planned, options, tls);
  const list = new TargetList({
    upstream: name,
    pool: setup.pool,
    slowStartMs: options.slowStart,
    open: (planned, state) => openTarget(setup, connect, planned, state),
  });
  disposer.use(list);
  await fill(list, setup, disposer);
  const send = isAlone(options) ? onlyCall(list, setup) : balancedCall(list, setup);
  return options.mirror === undefined ? send : mirroredCall(send, options.mirror, setup, disposer);
}

/** True for what needs nothing but to be called: nothing is chosen, and nobody is asked. */
function isAlone(options: SubgraphOptions): boolean {
  return !hasSeveralTargets(options) && options.health === undefined;
}

function onlyCall(list: TargetList, { name }: TargetsSetup): SubgraphCall {
  const [target] = list.of(undefined);
  const call = target && list.callOf(target);
  if (call === undefined) throw addressMissing(name);
  return call;
}

function balancedCall(list: TargetList, setup: TargetsSetup): SubgraphCall {
  const { name, options, judge, log, refuses } = setup;
  const rules = splitRules(options.split ?? []);
  const { balance, eject } = options;
  return balanced<SubgraphRequest, SubgraphAnswer>({
    targets: (request) => list.of(rules.length > 0 ? groupFor(rules, request) : undefined),
    callOf: (target) => list.callOf(target),
    algorithm: algorithmFor(balance),
    keyOf: typeof balance === 'object' ? valueReader(balance.hash) : undefined,
    panicShare: options.panic,
    outliers: eject === false ? undefined : new Outliers(eject),
    refuses: ({ id }) => refuses(id),
    judge,
    ranOutOfTime: (reason) => ranOutOfTime(reason, name),
    ejected: ({ id }, { reason, forMs }) => {
      log.warn({ subgraph: name, target: id, reason, forMs }, 'A target was ejected');
    },
    settled: (target) => list.settled(target),
    noTarget: ({ subgraph }) => noTarget(subgraph),
  });
}

function mirroredCall(
  send: SubgraphCall,
  { url, percent, max, timeout, mutations }: MirrorOptions,
  { name, options }: TargetsSetup,
  disposer: Disposer,
): SubgraphCall {
  const address = parseTarget(url);
  if (address === undefined) throw addressMissing(name);
  const life = new AbortController();
  // What is trusted for the subgraph says nothing of another place.
  const client = disposer.use(clientFor(address, options, undefined));
  disposer.defer(() => life.abort(new Error('The gateway does not copy calls any longer')));
  const layer = mirrored<SubgraphRequest, SubgraphAnswer>({
    send: httpTransport(client, { url: address.url, maxDepth: options.response.depth }),
    // Further attempts at the same call are no further calls.
    mayCopy: ({ kind, tried }) =>
      (mutations || kind === 'query') && (tried === undefined || tried.size <= 1),
    share: percent,
    max,
    timeoutMs: timeout,
    life: life.signal,
  });
  return layer(send);
}

function openTarget(
  { name, options, around, log }: TargetsSetup,
  connect: (planned: PlannedTarget) => HttpClient,
  planned: PlannedTarget,
  state: TargetState,
): OpenTarget {
  const client = connect(planned);
  state.connections = () => client.connections;
  const { url } = planned;
  const counts = isAlone(options) ? { counts: state } : {};
  const send = httpTransport(client, { url, maxDepth: options.response.depth, ...counts });
  const call = around({ id: planned.id })(send);
  if (options.health === undefined) {
    state.setHealthy(true);
    return { client, call };
  }
  const check = new HealthCheck({
    target: state,
    options: options.health,
    ask: healthQuestion(client, url, options.health),
    changed: ({ id, isHealthy }) => {
      const fields = { subgraph: name, target: id };
      if (isHealthy) log.info(fields, 'A target is well again');
      else log.warn(fields, 'A target is not well');
    },
  });
  return { client, call, check };
}
