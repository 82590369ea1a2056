import { resolve } from 'node:path';
import { z } from 'zod';

const path = z.string().min(1);

const composed = z.strictObject({
  file: path.describe('A supergraph that is composed already. Relative to the configuration file'),
});

const composing = z.strictObject({
  compose: path.describe(
    'A supergraph.yaml, composed at the start. Relative to the configuration file',
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
  if ('file' in options) return { file: resolve(folder, options.file) };
  const compose = resolve(folder, options.compose);
  return options.lastGood === undefined
    ? { compose }
    : { compose, lastGood: resolve(folder, options.lastGood) };
}
