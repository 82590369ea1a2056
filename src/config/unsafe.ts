import type { Problem } from '../errors.ts';
import type { LimitsOptions } from '../operation/limits/options.ts';
import { formatPath } from '../yaml/path.ts';
import type { LoadedConfig } from './load.ts';
import type { Opening } from './opening.ts';
import type { GatewayConfig } from './schema.ts';
import { authOpenings, isReadable } from './unsafe-auth.ts';
import { tlsOpenings } from './unsafe-tls.ts';

/**
 * What is allowed and yet not safe for a gateway that strangers reach, each setting where it is
 * written. Nothing is, unless this is production.
 */
export function unsafe({ config, settings }: LoadedConfig): readonly Problem[] {
  if (!config.production) return [];
  const all = [
    ...authOpenings(config.auth),
    ...tlsOpenings(config),
    ...openings(config),
    ...opened(config.graphql.limits),
  ];
  return all.map(({ path, meaning }) => {
    const source = settings.sources.nearest(path);
    const place = source?.kind === 'file' ? source.place : {};
    const message = `${formatPath(path)}: ${meaning}`;
    return { code: 'UNSAFE_IN_PRODUCTION', message, ...place };
  });
}

function openings({ graphql, redis }: GatewayConfig): readonly Opening[] {
  const exposed = Object.entries(graphql.errors.subgraphs).filter(([, how]) => how === 'exposed');
  const all: readonly (Opening & { readonly isOpen: boolean })[] = [
    {
      isOpen: graphql.introspection === true,
      path: ['graphql', 'introspection'],
      meaning: 'anybody can read the whole schema',
    },
    {
      isOpen: graphql.suggestions,
      path: ['graphql', 'suggestions'],
      meaning: 'errors tell names of the schema, one by one',
    },
    {
      isOpen: graphql.graphiql,
      path: ['graphql', 'graphiql'],
      meaning: 'anybody gets a page to try operations with',
    },
    {
      isOpen: graphql.exposePlan,
      path: ['graphql', 'exposePlan'],
      meaning: 'anybody can read the names of the subgraphs and what each is asked',
    },
    {
      isOpen: !graphql.csrf,
      path: ['graphql', 'csrf'],
      meaning: 'other sites can make a browser send operations with its cookies',
    },
    {
      isOpen: graphql.authorization.dryRun,
      path: ['graphql', 'authorization', 'dryRun'],
      meaning: 'callers see what they may not, and it is only logged',
    },
    {
      isOpen: redis !== undefined && isReadable(redis.url),
      path: ['redis', 'url'],
      meaning: 'who is on the way can end sessions, and read the password of Redis',
    },
    ...exposed.map(([name]) => ({
      isOpen: true,
      path: ['graphql', 'errors', 'subgraphs', name],
      meaning: 'clients read messages that were written for developers',
    })),
  ];
  return all.filter(({ isOpen }) => isOpen);
}

function opened({ warnOnly, trustedDocuments: _, ...limits }: LimitsOptions): readonly Opening[] {
  const path = ['graphql', 'limits'];
  const off = Object.entries(limits).flatMap(([name, limit]) => {
    if (limit === false)
      return [{ path: [...path, name], meaning: 'operations have no such limit' }];
    if (limit.warnOnly !== true) return [];
    return [{ path: [...path, name], meaning: 'operations beyond the limit are served' }];
  });
  if (!warnOnly) return off;
  return [{ path: [...path, 'warnOnly'], meaning: 'operations beyond limits are served' }, ...off];
}
