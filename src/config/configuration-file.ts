import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Inputs, watchInputs } from '../clients/watch-inputs.ts';
import { StartupError } from '../errors.ts';
import { type LoadedConfig, type LoadOptions, loadConfig } from './load.ts';
import type { GatewayConfig } from './schema.ts';

/** Where a running gateway reads its configuration anew. */
export interface ConfigurationSource {
  /** Gives the configuration as it is now, or throws a `StartupError` that says what is wrong. */
  load(signal: AbortSignal): Promise<GatewayConfig>;
  /** One item whenever `load` would find something else than last. Ends when `signal` aborts. */
  changes?(signal: AbortSignal): AsyncIterable<void>;
}

/** A configuration file, with the files that it takes secrets from. */
export class ConfigurationFile implements ConfigurationSource {
  readonly #options: LoadOptions;
  #known: string | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  async load(_signal: AbortSignal): Promise<GatewayConfig> {
    const loaded = await this.#load();
    this.#known = fingerprintOf(loaded);
    if (loaded instanceof StartupError) throw loaded;
    return loaded.config;
  }

  changes(signal: AbortSignal): AsyncIterable<void> {
    const look = async (): Promise<Inputs> => {
      return { files: await this.#files(), fingerprint: fingerprintOf(await this.#load()) };
    };
    return watchInputs({ look, known: () => this.#known }, signal);
  }

  async #load(): Promise<LoadedConfig | StartupError> {
    try {
      return await loadConfig(this.#options);
    } catch (thrown) {
      if (thrown instanceof StartupError) return thrown;
      throw thrown;
    }
  }

  async #files(): Promise<readonly string[]> {
    const { file } = this.#options;
    if (file === undefined) return [];
    const text = await readFile(file, 'utf8').catch(() => '');
    const references = [...text.matchAll(/\$\{file:([^}]+)\}/g)].map(([, path = '']) => path);
    return [file, ...references.map((path) => resolve(dirname(file), path))].map((path) => {
      return resolve(path);
    });
  }
}

/** What is written, references replaced; comments and order are no change. */
function fingerprintOf(loaded: LoadedConfig | StartupError): string {
  if (loaded instanceof StartupError) return `!${loaded.message}`;
  return JSON.stringify(loaded.settings.written);
}
