import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { ConfigurationFile, type ConfigurationSource } from '../config/configuration-file.ts';
import { defaultConfigFile } from '../config/load.ts';
import { type ControlOptions, createGateway, type Gateway, startGateway } from '../gateway.ts';
import {
  type ListenFlags,
  listenOverrides,
  portFlag,
  supergraphOverride,
  type WorkersFlag,
  watchOverride,
  workersFlag,
  workersOverride,
} from './flags.ts';
import { onHangup } from './on-hangup.ts';
import { untilStopped } from './until-stopped.ts';
import { Workers } from './workers/workers.ts';

interface ServeFlags extends ListenFlags {
  readonly config?: string;
  readonly supergraph?: string;
  readonly watch?: true;
  readonly workers?: WorkersFlag;
}

const help = `
Without --config, gatehouse.yaml in the working directory is read; with --supergraph alone, no
configuration is read and every setting has its default.

SIGHUP makes it read the configuration and the supergraph again; with --watch it does so whenever
they change. What is broken is refused and logged, and what served before goes on. The log names
the settings that need a restart.

With several workers, each is a process that answers requests on the same ports. This process has
health and metrics of all, reads the configuration and the supergraph for them, and replaces one
that ends.

Example:
  $ gatehouse serve --config gatehouse.yaml --watch --workers auto
  $ gatehouse serve --supergraph supergraph.graphql --port 4000`;

/** `gatehouse serve`: the gateway, until a signal stops it. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Serve a supergraph')
    .option('--config <file>', 'the configuration (default: gatehouse.yaml)')
    .option('--supergraph <file>', 'a composed supergraph, or a supergraph.yaml to compose')
    .option('--port <number>', 'port of the data plane', portFlag)
    .option('--admin-port <number>', 'port of health and metrics', portFlag)
    .option('--workers <count>', 'processes that answer, or auto: one for each core', workersFlag)
    .option('--watch', 'take changes of the configuration and the supergraph at once')
    .addHelpText('after', help)
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  using stop = untilStopped();
  const { signal } = stop;
  const file = configurationOf(flags);
  const config = await file.load(signal);
  const configuration: ConfigurationSource = flags.watch
    ? file
    : { load: (until) => file.load(until) };
  await using gateway = await start({ config, configuration, env: process.env, signal });
  using _hangup = onHangup(() => gateway.reload());
  await stop.stopped;
}

/** One worker is this process itself. */
function start(options: ControlOptions): Promise<Gateway> {
  const { workers } = options.config.server;
  const wanted = workers === 'auto' ? availableParallelism() : workers;
  if (wanted === 1) return createGateway(options);
  return startGateway(options, (setup) => new Workers(setup, wanted));
}

function configurationOf(flags: ServeFlags): ConfigurationFile {
  return new ConfigurationFile({
    file: flags.config ?? (flags.supergraph === undefined ? defaultConfigFile : undefined),
    env: process.env,
    overrides: [
      ...listenOverrides(flags),
      ...(flags.supergraph === undefined ? [] : [supergraphOverride(flags.supergraph)]),
      ...(flags.watch ? [watchOverride] : []),
      ...(flags.workers === undefined ? [] : [workersOverride(flags.workers)]),
    ],
  });
}
