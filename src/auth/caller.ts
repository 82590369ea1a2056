import type { Caller } from '../context.ts';
import { getOwn, isObject } from '../lib/own.ts';

type Claims = Caller['claims'];

/** The scopes of a caller; read from the claims where nobody else read them. */
export function scopesOf({ scopes, claims }: Caller): readonly string[] {
  return scopes ?? claimedScopes(claims);
}

/** Claim `scope` (RFC 8693, section 4.2), else `scp`: text parted by spaces, or a list. */
export function claimedScopes(claims: Claims): readonly string[] {
  return words(getOwn(claims, 'scope') ?? getOwn(claims, 'scp'));
}

/** The words of a text parted by spaces, or the texts of a list, each as it is. */
export function words(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '');
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}

/**
 * The claim at a path such as `realm_access.roles`. A claim may have dots in its own name, as URLs
 * do: the whole name goes first.
 */
export function claimAt(claims: Claims | undefined, path: string): unknown {
  if (claims === undefined) return undefined;
  const whole = getOwn(claims, path);
  if (whole !== undefined) return whole;
  let value: unknown = claims;
  for (const key of path.split('.')) value = isObject(value) ? getOwn(value, key) : undefined;
  return value;
}
