import type { Path } from '../yaml/path.ts';
import { valueAt } from '../yaml/path.ts';
import type { Override } from '../yaml/read.ts';
import type { Environment } from '../yaml/substitute.ts';

/** What tells strangers of the schema. (Plans are shown to nobody anyway, unless that is set.) */
const closed: readonly Path[] = [
  ['graphql', 'introspection'],
  ['graphql', 'suggestions'],
  ['graphql', 'graphiql'],
];

/**
 * What holds where the configuration is silent: this is production if `NODE_ENV` says so, and in
 * production what tells of the schema is closed.
 */
export function productionFallbacks(written: unknown, env: Environment): readonly Override[] {
  const said = valueAt(written, ['production']);
  const isSaidByEnv = said === undefined && env['NODE_ENV'] === 'production';
  return [
    ...(isSaidByEnv ? [{ path: ['production'], value: true, option: 'NODE_ENV' }] : []),
    ...(isSaidByEnv || said === true
      ? closed.map((path) => ({ path, value: false, option: 'production' }))
      : []),
  ];
}
