import type { GatewayConfig } from './config/schema.ts';
import { StartupError } from './errors.ts';
import type { ReloadReports } from './observability/reload-reports.ts';
import type { Running } from './reload.ts';
import type { OpenSource } from './supergraph-sources.ts';

export interface FirstSetup<Built> {
  readonly config: GatewayConfig;
  readonly open: (config: GatewayConfig) => OpenSource;
  readonly build: (sdl: string) => Promise<Built>;
  readonly reports: ReloadReports;
}

export interface First<Built> {
  readonly generation: Built;
  readonly running: Running;
}

/**
 * The generation to start with: of the supergraph as it is or, where that is broken, of the last
 * good one of the same source. Without one it throws what is wrong.
 */
export async function firstGeneration<Built>(
  setup: FirstSetup<Built>,
  signal: AbortSignal,
): Promise<First<Built>> {
  const opened = setup.open(setup.config);
  try {
    const { sdl, generation } = await present(opened, setup, signal).catch((failure: unknown) => {
      return lastGood(failure, opened, setup, signal);
    });
    return { generation, running: { config: setup.config, sdl, opened } };
  } catch (failure) {
    await opened[Symbol.asyncDispose]();
    throw failure;
  }
}

interface Made<Built> {
  readonly sdl: string;
  readonly generation: Built;
}

async function present<Built>(
  { source }: OpenSource,
  { build, reports }: FirstSetup<Built>,
  signal: AbortSignal,
): Promise<Made<Built>> {
  const loaded = await source.load(signal);
  reports.warn(loaded.warnings);
  const generation = await build(loaded.sdl);
  reports.warn(await source.keep(loaded));
  return { sdl: loaded.sdl, generation };
}

async function lastGood<Built>(
  failure: unknown,
  { source }: OpenSource,
  { build, reports }: FirstSetup<Built>,
  signal: AbortSignal,
): Promise<Made<Built>> {
  const kept = failure instanceof StartupError ? await source.lastGood(signal) : undefined;
  if (!(failure instanceof StartupError) || kept === undefined) throw failure;
  const generation = await build(kept.sdl).catch(() => {
    // What is wrong with the present one is what there is to mend.
    throw failure;
  });
  const message = 'The supergraph is broken: the last good one is used instead';
  reports.refusedAtStart('supergraph', failure.problems);
  reports.warn([{ code: 'LAST_GOOD_SUPERGRAPH_USED', message }]);
  return { sdl: kept.sdl, generation };
}
