import type { AuthOptions, GraphAuthOptions } from './options.ts';
import { loginPath } from './schemes/oidc/options.ts';

/** What says where people log in. */
interface Configured {
  readonly auth: AuthOptions;
  readonly graphql: { readonly auth: GraphAuthOptions };
}

/** The schemes in use that have a login, and the path that begins those of it. */
export function loginPaths({ auth, graphql }: Configured) {
  return [...new Set(graphql.auth.schemes)].flatMap((name) => {
    const options = auth[name];
    if (options === undefined || !('oidc' in options)) return [];
    return [{ name, path: loginPath(name, options.oidc) }];
  });
}
