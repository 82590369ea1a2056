import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Case } from './cases.ts';
import type { SubgraphName } from './graph/subgraphs.ts';
import { PinnedProcess } from './pinned-process.ts';

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
  readonly urls: Readonly<Record<SubgraphName, string>>;
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

/** A built Gatehouse, with the header passed on that the others pass on, and else its defaults. */
export async function startGatehouse(
  name: string,
  main: string,
  context: ContenderContext,
  settings: object = {},
): Promise<Contender> {
  const config = join(context.folder, `${name}.yaml`);
  await writeFile(config, configuration(context.supergraphFile, settings));
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
function configuration(file: string, settings: object): string {
  const headers = { request: [{ propagate: { named: 'authorization' } }] };
  return JSON.stringify({
    version: 1,
    server: { listen: [{ host: '127.0.0.1', port: 0 }], admin: { port: 0 } },
    graphql: { supergraph: { file }, subgraphs: { all: { headers } }, ...settings },
  });
}
