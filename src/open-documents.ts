import type { GatewayConfig } from './config/schema.ts';
import type { Disposer } from './lib/disposer.ts';
import type { Logger } from './observability/log.ts';
import type { Metrics } from './observability/metrics.ts';
import { Documents } from './operation/documents.ts';
import { OperationLimits } from './operation/limits/limits.ts';
import type { ManifestPool } from './operation/trusted/manifest-pool.ts';
import { TrustedDocuments } from './operation/trusted/trusted-documents.ts';
import type { Planner } from './plan/planner.ts';
import type { Plans } from './plan/plans.ts';
import { BackgroundWarmUp } from './plan/warm-up.ts';

/** What documents are checked by, and what is told of them. */
export interface DocumentsContext {
  readonly config: GatewayConfig;
  readonly manifests: ManifestPool;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The documents of a supergraph as clients may send them. */
interface Checked {
  readonly documents: Documents;
  readonly plans: Plans;
}

/** Where documents are checked and kept; without `limits`, they may be of any size. */
export function documentsOf(
  { apiSchema }: Planner,
  { documentCache, suggestions, introspection }: GatewayConfig['graphql'],
  limits?: OperationLimits,
): Documents {
  return new Documents(apiSchema, documentCache.size, {
    ...(limits && { limits }),
    // Where the schema is filtered, names are suggested to each caller by itself.
    suggestions: suggestions && introspection !== 'filtered',
  });
}

/**
 * Documents that are known beforehand; undefined where there are none. Their plans are made in the background, and again
 * whenever the list changes.
 */
export async function trustedDocuments(
  { documents, plans }: Checked,
  planner: Planner,
  { config: { graphql }, manifests: pool, metrics, log }: DocumentsContext,
  disposer: Disposer,
): Promise<TrustedDocuments | undefined> {
  const { trustedDocuments: options, limits, persistedQueries, introspection } = graphql;
  if (options === undefined) return undefined;
  const { manifests } = disposer.use(await pool.open(options.manifests));
  // Apart from the others: a text that is sent as such must not be found among these.
  const unlimited = limits.trustedDocuments ? undefined : documentsOf(planner, graphql);
  const target = { documents: unlimited ?? documents, plans };
  const lists = manifests.lists.bind(manifests);
  disposer.use(new BackgroundWarmUp(target, { lists, bounds: graphql.planning.warmUp, log }));
  return new TrustedDocuments({
    mode: options.mode,
    list: () => manifests.list,
    documents: unlimited,
    persistedQueries: persistedQueries.enabled,
    introspection: introspection !== false,
    limits: new OperationLimits(limits),
    metrics: metrics.trustedDocuments,
  });
}
