import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../src/config/load.ts';
import type { SubgraphRequest } from '../../src/context.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { Disposer } from '../../src/lib/disposer.ts';
import type { SubgraphLayer } from '../../src/upstream.ts';
import { type DemoSubgraph, seededLog, startSubgraph } from '../../subgraphs/demo.ts';
import type { EventLog } from '../../subgraphs/events/log.ts';
import { type SubgraphName, services } from '../../subgraphs/services.ts';
import { type ClientReply, send } from './federation.ts';
import { LogLines } from './log-lines.ts';

export interface DemoOptions {
  /** How long query services take to see an event, in milliseconds. Default: 0. */
  readonly projectionLagMs?: number;
  /** Stamps the events of the commands. Default: the system's clock. */
  readonly now?: () => Date;
}

/**
 * One call of a subgraph: its name and the operation's text; for entities, the selection alone and
 * the representations that were sent.
 */
export type Fetch =
  | readonly [subgraph: string, operation: string]
  | readonly [subgraph: string, selection: string, representations: unknown];

/** A reply, and what it took: the calls of subgraphs in the order in which they went out. */
export interface DemoReply extends Pick<ClientReply, 'status' | 'body'> {
  readonly fetches: readonly Fetch[];
}

/** The shop behind a gateway with the committed configuration and supergraph. */
export interface DemoGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  /** What the commands recorded, the demo's seed first. */
  readonly events: EventLog;
  /** Sends an operation; one at a time, so that its fetches can be told. */
  ask(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<DemoReply>;
  /** Ends a subgraph with all connections to it. */
  stop(name: SubgraphName): Promise<void>;
  /** Starts a subgraph that was stopped, on the port it had. */
  restart(name: SubgraphName): Promise<void>;
}

const names = Object.keys(services) as SubgraphName[];
const configFile = fileURLToPath(new URL('../../gatehouse.yaml', import.meta.url));

/** Starts the demo's subgraphs and the gateway, each on a free port. */
export async function demoGateway(options: DemoOptions = {}): Promise<DemoGateway> {
  const disposer = new Disposer();
  try {
    const subgraphs = disposer.use(await Subgraphs.start(options));
    const fetches: Fetch[] = [];
    const gateway = disposer.use(
      await createGateway({
        config: await configFor(subgraphs.all),
        layers: { subgraph: [recording(fetches)] },
        logTo: new LogLines(),
      }),
    );
    return {
      gateway,
      events: subgraphs.events,
      async ask(query, variables, headers) {
        fetches.length = 0;
        const { status, body } = await send(gateway.url, { query, variables }, headers);
        return { status, body, fetches: [...fetches] };
      },
      stop: (name) => subgraphs.stop(name),
      restart: (name) => subgraphs.restart(name),
      [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
    };
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}

/** The subgraphs of one shop, which can be stopped and started one by one. */
class Subgraphs implements AsyncDisposable {
  readonly events: EventLog;
  readonly #options: DemoOptions;
  readonly #running = new Map<SubgraphName, DemoSubgraph & AsyncDisposable>();
  readonly #life = new AbortController();

  private constructor(events: EventLog, options: DemoOptions) {
    this.events = events;
    this.#options = options;
  }

  static async start(options: DemoOptions): Promise<Subgraphs> {
    const subgraphs = new Subgraphs(await seededLog(new AbortController().signal), options);
    for (const name of names) await subgraphs.#start(name, 0);
    return subgraphs;
  }

  get all(): readonly DemoSubgraph[] {
    return [...this.#running.values()];
  }

  async stop(name: SubgraphName): Promise<void> {
    await this.#running.get(name)?.[Symbol.asyncDispose]();
  }

  async restart(name: SubgraphName): Promise<void> {
    const { port } = new URL(this.#running.get(name)?.url ?? '');
    await this.#start(name, Number(port));
  }

  async #start(name: SubgraphName, port: number): Promise<void> {
    const options = { ...this.#options, log: this.events, port };
    this.#running.set(name, await startSubgraph(name, options, this.#life.signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of names) await this.stop(name);
  }
}

async function configFor(subgraphs: readonly DemoSubgraph[]) {
  const listen = [{ host: '127.0.0.1', port: 0 }];
  const { config } = await loadConfig({
    file: configFile,
    env: {},
    overrides: [
      { path: ['server', 'listen'], value: listen, option: 'test' },
      ...subgraphs.map(({ name, url }) => {
        return { path: ['graphql', 'subgraphs', name, 'url'], value: url, option: 'test' };
      }),
    ],
  });
  return config;
}

/** Notes what goes out to the subgraphs. */
function recording(fetches: Fetch[]): SubgraphLayer {
  return (next) => (request, signal) => {
    fetches.push(fetchOf(request));
    return next(request, signal);
  };
}

function fetchOf({ subgraph, query, variables }: SubgraphRequest): Fetch {
  const [, selection] =
    /_entities\(representations:\$representations\)\{(.*)\}\}$/.exec(query) ?? [];
  if (selection === undefined) return [subgraph, query];
  return [subgraph, selection, variables['representations']];
}
