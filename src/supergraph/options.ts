import { resolve } from 'node:path';
import { z } from 'zod';
import { timeLimit } from '../lib/duration.ts';

const path = z.string().min(1);

const watch = z
  .boolean()
  .default(false)
  .describe(
    'Whether a change is taken while the gateway runs. Default false: then it waits for a ' +
      'restart, or for SIGHUP',
  );

const composed = z.strictObject({
  file: path.describe('A supergraph that is composed already. Relative to the configuration file'),
  watch,
  lastGood: path
    .optional()
    .describe(
      'Folder for the last good supergraph, used when the file is broken at a start. Default: ' +
        'with `watch`, .gatehouse/last-good beside the file; else none is kept',
    ),
});

const composing = z.strictObject({
  compose: path.describe(
    'A supergraph.yaml, composed at the start. Relative to the configuration file',
  ),
  watch,
  poll: timeLimit
    .prefault('10s')
    .describe(
      'How often, with `watch`, subgraphs that are asked for their schema are asked again. ' +
        'Default 10s; it is composed anew only when a schema changed',
    ),
  lastGood: path
    .optional()
    .describe(
      'Folder for the last good schema of each subgraph, used while one cannot be reached. ' +
        'Default .gatehouse/last-good beside the supergraph.yaml, where it outlives a restart',
    ),
});

/** `graphql.supergraph`: where the supergraph comes from, one of these. */
export const supergraphOptions = z.union([composed, composing]);

/** What an operator writes under `graphql.supergraph`. */
export type SupergraphInput = z.input<typeof supergraphOptions>;
/** Where the supergraph comes from; paths are absolute once a configuration is loaded. */
export type SupergraphOptions = z.output<typeof supergraphOptions>;

/** The same source with its paths seen from `folder`. */
export function resolveSupergraph(options: SupergraphOptions, folder: string): SupergraphOptions {
  const { lastGood } = options;
  const kept = lastGood === undefined ? {} : { lastGood: resolve(folder, lastGood) };
  return 'file' in options
    ? { ...options, file: resolve(folder, options.file), ...kept }
    : { ...options, compose: resolve(folder, options.compose), ...kept };
}
