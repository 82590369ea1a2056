import { join } from 'node:path';
import { Command } from 'commander';
import type { Demo } from '../../subgraphs/demo.ts';
import { loadConfig } from '../config/load.ts';
import { StartupError } from '../errors.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import { parseDuration } from '../lib/duration.ts';
import type { Override } from '../yaml/read.ts';
import { type ListenFlags, listenOverrides, portFlag } from './flags.ts';
import type { Output } from './output.ts';
import { packageFolder } from './package-folder.ts';
import { untilStopped } from './until-stopped.ts';

const help = `
All services of a small shop run in this process, each on a port of its own, and keep everything in
memory. PROJECTION_LAG_MS=500 makes what is read lag behind what was written.

Example:
  $ gatehouse dev`;

/** `gatehouse dev`: the demo, until a signal stops it. */
export function devCommand(output: Output): Command {
  return new Command('dev')
    .description('Run the demo: its subgraphs, and a gateway in front of them')
    .option('--port <number>', 'port of the gateway (default: 4000)', portFlag)
    .option('--admin-port <number>', 'port of health and metrics (default: one above)', portFlag)
    .addHelpText('after', help)
    .action((flags: ListenFlags) => dev(flags, output));
}

/** Whatever `NODE_ENV` says: the demo is there to be looked at. */
const open: Override = { path: ['production'], value: false, option: 'gatehouse dev' };

async function dev(flags: ListenFlags, output: Output): Promise<void> {
  using stop = untilStopped();
  const { signal } = stop;
  await using demo = await startServices(projectionLag(process.env['PROJECTION_LAG_MS']), signal);
  const { config } = await loadConfig({
    file: join(packageFolder(), 'gatehouse.yaml'),
    env: process.env,
    overrides: [open, ...listenOverrides(flags), ...addresses(demo)],
  });
  const { samples } = await import('../../subgraphs/samples.ts');
  await using gateway = await createGateway({ config, samples, signal });
  output.stdout(banner(gateway, demo));
  await stop.stopped;
}

function projectionLag(text = '0'): number {
  const lagMs = /^\d+$/.test(text) ? parseDuration(`${text}ms`) : undefined;
  if (lagMs !== undefined) return lagMs;
  const message = 'PROJECTION_LAG_MS is a number of milliseconds';
  throw new StartupError('configuration', [{ code: 'INVALID_VALUE', message }]);
}

/** On the ports that the supergraph names; where one of them is taken, on any that are free. */
async function startServices(projectionLagMs: number, signal: AbortSignal): Promise<Demo> {
  // Only here: no other command needs what services are made of.
  const { startDemo } = await import('../../subgraphs/demo.ts');
  try {
    return await startDemo({ ports: 'fixed', projectionLagMs, signal });
  } catch (failure) {
    if (!isPortTaken(failure)) throw failure;
    return startDemo({ ports: 'free', projectionLagMs, signal });
  }
}

function isPortTaken(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === 'EADDRINUSE';
}

function addresses({ subgraphs }: Demo): readonly Override[] {
  return subgraphs.map(({ name, url }) => {
    return { path: ['graphql', 'subgraphs', name, 'url'], value: url, option: 'gatehouse dev' };
  });
}

function banner({ url, adminUrl }: Gateway, { subgraphs, shippingUrl }: Demo): string {
  const services = subgraphs.map(({ name, url }) => `  ${name.padEnd(17)} ${url}`);
  return `
Gatehouse is ready. Open ${url} in a browser.

  ${'admin'.padEnd(17)} ${adminUrl}/health/ready, ${adminUrl}/metrics
${services.join('\n')}
  ${'shipping (REST)'.padEnd(17)} ${shippingUrl}

`;
}
