import { getOwn, isObject, type JsonObject } from '../../../lib/own.ts';

/** Most keys of one set: each token without `kid` is looked for among all. */
const mostKeys = 500;
/** Shorter RSA keys are not safe: NIST SP 800-131A. */
const leastRsaBits = 2_048;

/** Members of private and of shared keys: RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1. */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const publicTypes = new Set<unknown>(['RSA', 'EC', 'OKP']);

/** What of a key set can be used, or why nothing of it can. */
export type UsableKeys = { readonly keys: readonly JsonObject[] } | { readonly problem: string };

/**
 * The keys of a JSON Web Key Set (RFC 7517, section 5) that signatures may be checked with. Shared
 * secrets, private keys (everybody has read them) and weak ones are left out.
 */
export function usableKeys(set: unknown): UsableKeys {
  const listed = isObject(set) ? getOwn(set, 'keys') : undefined;
  if (!Array.isArray(listed)) return { problem: 'It is no JSON Web Key Set' };
  if (listed.length > mostKeys) return { problem: `It has more than ${mostKeys} keys` };
  const keys = listed.filter(isUsable);
  return keys.length > 0 ? { keys } : { problem: 'It has no key that can be used' };
}

function isUsable(key: unknown): key is JsonObject {
  if (!isObject(key) || !publicTypes.has(getOwn(key, 'kty'))) return false;
  if (secretMembers.some((member) => Object.hasOwn(key, member))) return false;
  return key['kty'] !== 'RSA' || isStrongRsa(getOwn(key, 'n'), getOwn(key, 'e'));
}

function isStrongRsa(modulus: unknown, exponent: unknown): boolean {
  const [n, e] = [toNumber(modulus), toNumber(exponent)];
  if (n === undefined || e === undefined) return false;
  const isOdd = n % 2n === 1n && e % 2n === 1n;
  return n.toString(2).length >= leastRsaBits && isOdd && e > 1n && !isRoca(n);
}

function toNumber(value: unknown): bigint | undefined {
  if (typeof value !== 'string' || !/^[\w-]{1,2048}$/.test(value)) return undefined;
  return BigInt(`0x0${Buffer.from(value, 'base64url').toString('hex')}`);
}

const rocaPrimes = [
  11n,
  13n,
  17n,
  19n,
  37n,
  53n,
  61n,
  71n,
  73n,
  79n,
  97n,
  103n,
  107n,
  109n,
  127n,
  151n,
  157n,
];

/**
 * True for moduli that can be factored since their primes are powers of 65537 modulo small primes
 * (CVE-2017-15361): then the modulus is such a power too, which others almost never are.
 */
function isRoca(modulus: bigint): boolean {
  return rocaPrimes.every((prime) => {
    const rest = modulus % prime;
    let power = 1n;
    do {
      if (power === rest) return true;
      power = (power * 65_537n) % prime;
    } while (power !== 1n);
    return false;
  });
}
