import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchCaller } from './caller.ts';
import type { Case } from './cases.ts';
import type { SubgraphName } from './graph/subgraphs.ts';
import { PinnedProcess } from './pinned-process.ts';
import type { Settings } from './settings.ts';

/** What answers the operations: one process on its core. */
export interface Contender {
  readonly name: string;
  readonly process: PinnedProcess;
  readonly url: string;
  /** Whether it can answer the operation. */
  readonly takes: (asked: Case) => boolean;
}

export interface ContenderContext {
  readonly core: number;
  /** For logs and configurations. */
  readonly folder: string;
  readonly supergraphFile: string;
  /** The same supergraph, with fields that not everybody may see. */
  readonly guardedFile: string;
  readonly urls: Readonly<Record<SubgraphName, string>>;
  readonly caller: BenchCaller;
}

/** The least that a process in between costs; it knows one service, that of the small cases. */
export function startFloor(context: ContenderContext): Promise<Contender> {
  const target: SubgraphName = 'accounts';
  const args = [scriptOf('floor'), context.urls[target]];
  return start('floor', args, context, ({ aloneAt }) => aloneAt === target);
}

/** Apollo's gateway behind Apollo Server, as they are installed. */
export function startStock(context: ContenderContext): Promise<Contender> {
  return start('stock', [scriptOf('stock'), context.supergraphFile], context, () => true);
}

/** So many calls wait for their turn that none are refused, at whatever number of connections. */
const concurrency = { queue: 10_000 };

/**
 * A built Gatehouse, with the header passed on that the others pass on and room for all who wait,
 * and else its defaults.
 */
export async function startGatehouse(
  name: string,
  main: string,
  context: ContenderContext,
  settings: Settings = { graphql: {} },
): Promise<Contender> {
  const config = join(context.folder, `${name}.yaml`);
  const file = settings.isGuarded ? context.guardedFile : context.supergraphFile;
  await writeFile(config, configuration(file, settings, context.caller));
  return start(name, [main, 'serve', '--config', config], context, () => true);
}

async function start(
  name: string,
  args: readonly string[],
  { core, folder }: ContenderContext,
  takes: Contender['takes'],
): Promise<Contender> {
  const logFile = join(folder, `${name}.log`);
  const process = await PinnedProcess.start({ core, args, logFile });
  try {
    const { url } = await process.ready();
    return { name, process, url: String(url), takes };
  } catch (failure) {
    await process[Symbol.asyncDispose]();
    throw failure;
  }
}

/** The file of a process that belongs to the benchmark. */
export function scriptOf(name: string): string {
  return fileURLToPath(new URL(`contenders/${name}.ts`, import.meta.url));
}

/** JSON is YAML. */
function configuration(
  file: string,
  { graphql, auth }: Settings,
  { headers: sent }: BenchCaller,
): string {
  const headers = { request: Object.keys(sent).map((named) => ({ propagate: { named } })) };
  return JSON.stringify({
    version: 1,
    server: { listen: [{ host: '127.0.0.1', port: 0 }], admin: { port: 0 } },
    ...(auth && { auth }),
    graphql: { supergraph: { file }, subgraphs: { all: { headers, concurrency } }, ...graphql },
  });
}
