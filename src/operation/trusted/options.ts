import { resolve } from 'node:path';
import { z } from 'zod';

/** `graphql.trustedDocuments`: documents that the operator's own clients ask for by an id. */
export const trustedDocumentsOptions = z.strictObject({
  manifests: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Files with the documents: manifests of Apollo (apollo-persisted-query-manifest, version 1) ' +
        'or of Relay (a map of ids to texts). Changes are followed. Relative to the configuration file',
    ),
  mode: z
    .enum(['open', 'audit', 'safelist', 'idOnly'])
    .default('open')
    .describe(
      'What else is run. open: any text; audit: any text, and what is not listed is logged; ' +
        'safelist: listed texts alone; idOnly: no texts at all, only ids. Introspection passes ' +
        'wherever it is enabled. Default open',
    ),
});

/** `graphql.trustedDocuments` with every default; paths are absolute once a configuration is loaded. */
export type TrustedDocumentsOptions = z.output<typeof trustedDocumentsOptions>;

/** The same with its paths seen from `folder`. */
export function resolveTrustedDocuments(
  options: TrustedDocumentsOptions,
  folder: string,
): TrustedDocumentsOptions {
  return { ...options, manifests: options.manifests.map((file) => resolve(folder, file)) };
}

/** True where a text that is not listed is refused. */
export function refusesTexts(options: TrustedDocumentsOptions | undefined): boolean {
  return options?.mode === 'safelist' || options?.mode === 'idOnly';
}
