import { Disposer } from '../src/lib/disposer.ts';
import type { ServiceOptions } from './common/service.ts';
import type { EventLog } from './events/log.ts';
import { MemoryEventLog } from './events/memory-log.ts';
import { seed } from './events/seed.ts';
import { type Role, type SubgraphName, services, shippingPort } from './services.ts';
import { startShipping } from './shipping/server.ts';

/** What the demo is started with; each part has a default. */
export interface DemoOptions {
  /** `fixed` are those of `schema/supergraph.yaml`. Default: `free`, whatever the system gives. */
  readonly ports?: 'fixed' | 'free';
  /** How long query services take to see an event, in milliseconds. Default: 0. */
  readonly projectionLagMs?: number;
  /** Stamps the events of the commands. Default: the system's clock. */
  readonly now?: () => Date;
  /** Gives up the start. It has no effect on a demo that runs. */
  readonly signal?: AbortSignal;
}

/** One subgraph of the demo, ready to answer. */
export interface DemoSubgraph {
  readonly name: SubgraphName;
  readonly role: Role;
  /** Where it takes GraphQL over HTTP. */
  readonly url: string;
  readonly sdl: string;
}

/** The shop, running in this process. Disposing it ends every connection to it. */
export interface Demo extends AsyncDisposable {
  readonly subgraphs: readonly DemoSubgraph[];
  /** The REST service, `http://127.0.0.1:port`. */
  readonly shippingUrl: string;
  /** What the commands recorded, the demo's seed first. */
  readonly log: EventLog;
}

/** What one subgraph is started with; without a log it gets a seeded one of its own. */
export type SubgraphOptions = Partial<ServiceOptions>;

const names = Object.keys(services) as SubgraphName[];

/** Starts all of the shop's services on one seeded log. Rejects when a port is taken. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const { ports = 'free', signal = new AbortController().signal, ...rest } = options;
  const owned = new Disposer();
  const portOf = (fixed: number): number => (ports === 'fixed' ? fixed : 0);
  try {
    const log = await seededLog(signal);
    const subgraphs: DemoSubgraph[] = [];
    for (const name of names) {
      const { role, port, start } = services[name];
      const running = owned.use(await start({ ...rest, log, port: portOf(port) }, signal));
      subgraphs.push({ name, role, url: running.url, sdl: running.sdl });
    }
    const shipping = { ...rest, log, port: portOf(shippingPort) };
    const { url: shippingUrl } = owned.use(await startShipping(shipping, signal));
    const dispose = (): Promise<void> => owned[Symbol.asyncDispose]();
    return { subgraphs, shippingUrl, log, [Symbol.asyncDispose]: dispose };
  } catch (failure) {
    await owned[Symbol.asyncDispose]();
    throw failure;
  }
}

/** Starts one subgraph of the shop alone. */
export async function startSubgraph(
  name: SubgraphName,
  options: SubgraphOptions,
  signal: AbortSignal,
): Promise<DemoSubgraph & AsyncDisposable> {
  const { role, start } = services[name];
  const log = options.log ?? (await seededLog(signal));
  const running = await start({ ...options, log }, signal);
  return { name, role, ...running };
}

/** A log in memory that holds the demo's past and nothing else. */
export async function seededLog(signal: AbortSignal): Promise<EventLog> {
  const log = new MemoryEventLog();
  await seed(log, signal);
  return log;
}
