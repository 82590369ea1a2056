import { type GatewayInput, gatewayConfig } from '../../src/config/schema.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway.ts';
import { Disposer } from '../../src/lib/disposer.ts';
import { send } from '../harness/federation.ts';
import { type LogLine, LogLines } from '../harness/log-lines.ts';
import { type Folder, temporaryFolder } from '../supergraph/folder.ts';
import { query, type TwoGraphs, twoGraphs } from './two-graphs.ts';

/** A gateway that watches a supergraph file, which begins as A. */
export interface Workplace extends AsyncDisposable {
  readonly graphs: TwoGraphs;
  readonly folder: Folder;
  /** The supergraph file. */
  readonly file: string;
  readonly gateway: Gateway;
  readonly log: LogLines;
  /** What `query` is answered with. */
  ask(): Promise<unknown>;
  /** The body of `/health/ready`. */
  health(): Promise<unknown>;
  /** The value of one series of the metrics; undefined where there is none. */
  metric(series: string): Promise<number | undefined>;
  /** The lines of the log that tell of the `count`th reload of this kind and outcome, and before. */
  reloaded(outcome: 'swapped' | 'unchanged', count?: number): Promise<readonly LogLine[]>;
  /** The first `count` refusals in the log. */
  refused(count?: number): Promise<readonly LogLine[]>;
}

export interface WorkplaceOptions extends Omit<Partial<GatewayOptions>, 'config'> {
  /** Beside the addresses and the supergraph. */
  readonly config?: GatewayInput;
  /** Writes what the gateway starts with, and gives the supergraph file. */
  readonly prepare?: (folder: Folder, graphs: TwoGraphs) => Promise<string>;
}

export async function workplace(options: WorkplaceOptions = {}): Promise<Workplace> {
  const disposer = new Disposer();
  try {
    return await open(options, disposer);
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}

/** A configuration on free ports, with a supergraph file that is watched. */
export function configFor(file: string, config: GatewayInput = {}) {
  return gatewayConfig.parse({
    ...config,
    server: { listen: [{ host: '127.0.0.1', port: 0 }], admin: { port: 0 }, ...config.server },
    graphql: { supergraph: { file, watch: true }, ...config.graphql },
  });
}

async function open(options: WorkplaceOptions, disposer: Disposer): Promise<Workplace> {
  const { config, prepare = writeA, ...rest } = options;
  const graphs = disposer.use(await twoGraphs());
  const folder = disposer.use(await temporaryFolder());
  const file = await prepare(folder, graphs);
  const log = new LogLines();
  const gateway = disposer.use(
    await createGateway({ ...rest, config: configFor(file, config), logTo: log }),
  );
  return {
    graphs,
    folder,
    file,
    gateway,
    log,
    ask: async () => (await send(gateway.url, { query })).body,
    health: async () => (await fetch(`${gateway.adminUrl}/health/ready`)).json(),
    metric: (series) => metricOf(gateway.adminUrl, series),
    reloaded: (outcome, count) => log.wait(`The supergraph was read again: ${outcome}`, count),
    refused: (count) => log.wait('The supergraph was refused: the last good stays', count),
    [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
  };
}

const writeA: NonNullable<WorkplaceOptions['prepare']> = (folder, { sdl }) =>
  folder.write('supergraph.graphql', sdl.A);

async function metricOf(adminUrl: string, series: string): Promise<number | undefined> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}
