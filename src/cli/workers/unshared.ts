import { loginPaths } from '../../auth/login-paths.ts';
import type { GatewayConfig } from '../../config/schema.ts';
import type { Problem } from '../../errors.ts';

/** What several workers would each have of their own, though it belongs to all of them. */
export function unshared(config: GatewayConfig): readonly Problem[] {
  if (config.redis !== undefined) return [];
  return loginPaths(config).map(({ name }) => ({
    code: 'REDIS_MISSING',
    message:
      `auth.${name}.oidc: with several workers (server.workers) a session has to be known to all ` +
      'of them: set redis.url',
  }));
}
