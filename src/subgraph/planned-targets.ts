import { isIP } from 'node:net';
import { type DnsAddress, DnsTargets } from '../clients/dns-targets.ts';
import type { Log } from '../context.ts';
import { StartupError } from '../errors.ts';
import type { Disposer } from '../lib/disposer.ts';
import type { SubgraphOptions } from './options.ts';
import { parseTarget, portOf } from './target-address.ts';
import type { PlannedTarget, TargetList } from './target-list.ts';
import type { DnsOptions } from './target-options.ts';

/** Is told of what happens to targets. */
export interface TargetObserver {
  lookedUp(subgraph: string, result: 'changed' | 'unchanged' | 'failed'): void;
}

/** Where a subgraph is, and who is told. */
export interface PlanSetup {
  readonly name: string;
  readonly options: SubgraphOptions;
  /** The address in the supergraph. */
  readonly url: string;
  readonly log: Log;
  readonly observer: TargetObserver;
  /** Is told which targets there are, at first and upon each change. */
  readonly changed: (ids: readonly string[]) => void;
}

/** Puts in the targets that are configured, or those that their name has now and later. */
export async function fill(list: TargetList, setup: PlanSetup, disposer: Disposer): Promise<void> {
  const { name, options, changed } = setup;
  const address = parseTarget(options.url ?? setup.url);
  const set = (planned: readonly PlannedTarget[]): void => {
    list.set(planned);
    changed(list.ids);
  };
  if (options.targets !== undefined) {
    set(options.targets.flatMap(({ url, ...terms }) => ({ ...placed(url, name), ...terms })));
    return;
  }
  if (address === undefined) throw addressMissing(name);
  if (options.dns === undefined) set([{ ...address, weight: 1 }]);
  else await disposer.use(followed(address.url, options.dns, setup, set)).start();
}

function followed(
  url: URL,
  dns: DnsOptions,
  { name, options, log, observer }: PlanSetup,
  set: (planned: readonly PlannedTarget[]) => void,
): DnsTargets {
  const question = {
    ...dns,
    name: dns.name ?? url.hostname,
    timeoutMs: options.timeout.connect,
  };
  return new DnsTargets(question, {
    changed(addresses) {
      const planned = addresses.map((each) => plannedAt(url, each));
      set(planned);
      const targets = planned.map(({ id }) => id);
      log.info({ subgraph: name, targets }, 'The targets of a subgraph changed');
    },
    failed(err) {
      const fields = { subgraph: name, name: question.name, err };
      log.warn(fields, 'A name could not be looked up: its last addresses hold');
    },
    looked: (result) => observer.lookedUp(name, result),
  });
}

function plannedAt(url: URL, { address, host, port, weight = 1 }: DnsAddress): PlannedTarget {
  const at = new URL(url);
  const literal = address.includes(':') ? `[${address}]` : address;
  // Connections go to the address; the name is what certificates and virtual hosts go by.
  if (host !== undefined) at.hostname = host;
  else if (isIP(url.hostname) !== 0) at.hostname = literal;
  if (port !== undefined) at.port = String(port);
  return { id: `${literal}:${portOf(at)}`, url: at, address, weight };
}

function placed(url: string, name: string) {
  const address = parseTarget(url);
  if (address === undefined) throw addressMissing(name);
  return address;
}

/** A subgraph that nobody says the address of. */
export function addressMissing(name: string): StartupError {
  const message = `The subgraph "${name}" has no URL to call: set graphql.subgraphs.${name}.url`;
  return new StartupError('configuration', [{ code: 'SUBGRAPH_URL_MISSING', message }]);
}
