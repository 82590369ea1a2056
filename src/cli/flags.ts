import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Override } from '../yaml/read.ts';

/** The flags with which `serve` and `dev` go before the configuration file. */
export interface ListenFlags {
  readonly port?: number;
  readonly adminPort?: number;
}

/** Reads the value of a port flag. */
export function portFlag(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a port from 0 to 65535; 0 takes a free one.');
}

/** How many processes answer; `auto` is one for each core. */
export type WorkersFlag = number | 'auto';

/** Reads the value of `--workers`. */
export function workersFlag(text: string): WorkersFlag {
  if (text === 'auto') return text;
  const workers = Number(text);
  if (/^\d{1,3}$/.test(text) && workers >= 1 && workers <= 256) return workers;
  throw new InvalidArgumentError('Expected auto, or a number from 1 to 256.');
}

/** What the flags say, as settings. */
export function listenOverrides({ port, adminPort }: ListenFlags): readonly Override[] {
  const overrides: Override[] = [];
  if (port !== undefined) {
    overrides.push({ path: ['server', 'listen', 0, 'port'], value: port, option: '--port' });
  }
  if (adminPort !== undefined) {
    const path = ['server', 'admin', 'port'];
    overrides.push({ path, value: adminPort, option: '--admin-port' });
  }
  return overrides;
}

/** `--supergraph FILE`: composed already, or a `supergraph.yaml` to be composed at the start. */
export function supergraphOverride(file: string): Override {
  const key = /\.ya?ml$/.test(file) ? 'compose' : 'file';
  const value = { [key]: resolve(file) };
  return { path: ['graphql', 'supergraph'], value, option: '--supergraph' };
}

/** `--workers N|auto`. */
export function workersOverride(value: WorkersFlag): Override {
  return { path: ['server', 'workers'], value, option: '--workers' };
}

/** `--watch`: changes of the supergraph are taken; what the file says of it stays as it is. */
export const watchOverride: Override = {
  path: ['graphql', 'supergraph', 'watch'],
  value: true,
  option: '--watch',
};
