import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { placeholder } from './token.ts';

/** Who sends the requests of a run. */
export interface BenchCaller {
  /** What its requests say and is passed on to services; one is the placeholder, or ends with it. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Nobody in particular. */
export const anybody: BenchCaller = { headers: { authorization: `Bearer ${placeholder}` } };

/** Who signs the tokens of callers, and the file with the keys: in a folder where nothing else changes. */
export const issuer = 'https://issuer.test';
export const keysFile = 'keys/keys.json';

/** Somebody with a signed token, of which the key is written into `folder`. */
export async function signedCaller(folder: string): Promise<BenchCaller> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  await mkdir(join(folder, 'keys'));
  const key = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  await writeFile(join(folder, keysFile), JSON.stringify({ keys: [key] }));
  const token = await new SignJWT({ scope: 'read write', roles: ['staff'] })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench' })
    .setIssuer(issuer)
    .setSubject('mira')
    .setExpirationTime('1d')
    .sign(privateKey);
  return { headers: { authorization: `Bearer ${token}`, 'x-request': placeholder } };
}
