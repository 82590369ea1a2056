import { access, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { resolveAuth } from '../auth/options.ts';
import { resolveListen } from '../edge/options.ts';
import { type Problem, StartupError } from '../errors.ts';
import { resolveTrustedDocuments } from '../operation/trusted/options.ts';
import { resolveSubgraphs } from '../subgraph/options.ts';
import { resolveSupergraph } from '../supergraph/options.ts';
import { type Override, readYaml, type Settings } from '../yaml/read.ts';
import { type Environment, reasonOf } from '../yaml/substitute.ts';
import { productionFallbacks } from './production.ts';
import { type GatewayConfig, gatewayConfig } from './schema.ts';

/** The configuration that is taken when none is named. */
export const defaultConfigFile = 'gatehouse.yaml';

/** The default configuration in `folder`, if there is one. */
export async function configFileIn(folder: string): Promise<string | undefined> {
  const file = join(folder, defaultConfigFile);
  return access(file).then(
    () => file,
    () => undefined,
  );
}

export interface LoadOptions {
  /** The configuration file. Without one, all is default or overridden. */
  readonly file?: string | undefined;
  /** Where `${env:NAME}` is looked up, and `NODE_ENV`, which may say that this is production. */
  readonly env: Environment;
  /** What goes before the file, such as `--port`. Default none. */
  readonly overrides?: readonly Override[];
}

/** A configuration that is valid, and what it was made from. */
export interface LoadedConfig {
  readonly config: GatewayConfig;
  readonly settings: Settings<GatewayConfig>;
}

/**
 * Reads and checks a configuration; relative paths in it start at the file's folder. Throws a
 * `StartupError` with all that is wrong. It does not look whether other files are there.
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const { file, env, overrides = [] } = options;
  const text = file === undefined ? undefined : await readText(file);
  const folder = resolve(dirname(file ?? defaultConfigFile));
  const fallbacks = (written: unknown) => productionFallbacks(written, env);
  const input = { text, file: file ?? '', environment: env, folder, overrides, fallbacks };
  const settings = readYaml(gatewayConfig, input);
  return { config: withPathsFrom(folder, settings.checked), settings };
}

function withPathsFrom(folder: string, config: GatewayConfig): GatewayConfig {
  const { supergraph, trustedDocuments } = config.graphql;
  const auth = resolveAuth(config.auth, folder);
  const server = { ...config.server, listen: resolveListen(config.server.listen, folder) };
  const subgraphs = resolveSubgraphs(config.graphql.subgraphs, folder);
  const trusted = trustedDocuments && {
    trustedDocuments: resolveTrustedDocuments(trustedDocuments, folder),
  };
  const graphql = { ...config.graphql, subgraphs, ...trusted };
  if (supergraph === undefined) return { ...config, auth, server, graphql };
  const resolved = resolveSupergraph(supergraph, folder);
  return { ...config, auth, server, graphql: { ...graphql, supergraph: resolved } };
}

async function readText(file: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw unreadable('NOT_FOUND', `The configuration cannot be read: ${reasonOf(cause)}`, file);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable('YAML_SYNTAX', 'The file is not UTF-8 text', file);
  }
}

function unreadable(code: string, message: string, file: string): StartupError {
  const problem: Problem = { code, message, file };
  return new StartupError('configuration', [problem]);
}
