import type { JWTPayload, JWTVerifyOptions } from 'jose';
import type { Cancellation } from '../../../lib/cancellation.ts';
import { unavailable } from '../../scheme.ts';
import { isUnknownKey, type KeySource } from '../jwt/keys.ts';

/** The claims of a token that the provider has signed, with newer keys than are known if need be. */
export async function verifySigned(
  keys: KeySource,
  token: string,
  rules: JWTVerifyOptions,
  signal: Cancellation,
): Promise<JWTPayload> {
  keys.renew();
  const known = keys.keys ?? (await keys.newerThan(undefined, signal));
  if (known === undefined) throw unavailable('Nobody can log in at the moment');
  try {
    return (await known.verify(token, rules)).payload;
  } catch (thrown) {
    const newer = isUnknownKey(thrown) ? await keys.newerThan(known, signal) : known;
    if (newer === undefined || newer === known) throw thrown;
    return (await newer.verify(token, rules)).payload;
  }
}
