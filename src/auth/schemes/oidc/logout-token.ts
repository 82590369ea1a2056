import type { Cancellation } from '../../../lib/cancellation.ts';
import { isObject } from '../../../lib/own.ts';
import { CredentialRefused } from '../../scheme.ts';
import type { OpenidProvider } from './provider.ts';

const event = 'http://schemas.openid.net/event/backchannel-logout';
/** How old a token may be: an old one is of a logout that was told already, or long ago. In seconds. */
const oldestS = 600;
/** How long a token is remembered, in milliseconds: longer than it is taken. */
export const rememberedMs = 2 * oldestS * 1_000;

/** Which sessions a provider wants to end. */
export interface LogoutToken {
  /** Names the token: it counts once. */
  readonly jti: string;
  readonly sub: string | undefined;
  readonly sid: string | undefined;
}

/** Checks a logout token: OpenID Connect Back-Channel Logout 1.0, section 2.6. */
export async function readLogoutToken(
  token: string,
  provider: OpenidProvider,
  signal: Cancellation,
): Promise<LogoutToken> {
  const rules = { requiredClaims: ['iat', 'exp', 'jti', 'events'], maxTokenAge: oldestS };
  const claims = await provider.verify(token, rules, signal);
  const { events, jti, sub, sid } = claims;
  if (!isObject(events) || !isObject(events[event])) throw refused('events');
  if ('nonce' in claims) throw refused('nonce');
  if (typeof jti !== 'string' || jti === '') throw refused('jti');
  if (!isText(sub) || !isText(sid) || (sub ?? sid) === undefined) throw refused('sub');
  return { jti, sub, sid };
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value !== '');
}

function refused(reason: string): CredentialRefused {
  return new CredentialRefused(reason, 'The logout token is not valid');
}
