import { Command } from 'commander';
import { defaultConfigFile, loadConfig } from '../config/load.ts';
import { createGateway } from '../gateway.ts';
import { type ListenFlags, listenOverrides, portFlag, supergraphOverride } from './flags.ts';
import { untilStopped } from './until-stopped.ts';

interface ServeFlags extends ListenFlags {
  readonly config?: string;
  readonly supergraph?: string;
}

const help = `
Without --config, gatehouse.yaml in the working directory is read; with --supergraph alone, no
configuration is read and every setting has its default.

Example:
  $ gatehouse serve --config gatehouse.yaml
  $ gatehouse serve --supergraph supergraph.graphql --port 4000`;

/** `gatehouse serve`: the gateway, until a signal stops it. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Serve a supergraph')
    .option('--config <file>', 'the configuration (default: gatehouse.yaml)')
    .option('--supergraph <file>', 'a composed supergraph, or a supergraph.yaml to compose')
    .option('--port <number>', 'port of the data plane', portFlag)
    .option('--admin-port <number>', 'port of health and metrics', portFlag)
    .addHelpText('after', help)
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const { config } = await loadConfig({
    file: flags.config ?? (flags.supergraph === undefined ? defaultConfigFile : undefined),
    env: process.env,
    overrides: [
      ...listenOverrides(flags),
      ...(flags.supergraph === undefined ? [] : [supergraphOverride(flags.supergraph)]),
    ],
  });
  using stop = untilStopped();
  const { signal } = stop;
  await using _gateway = await createGateway({ config, env: process.env, signal });
  await stop.stopped;
}
