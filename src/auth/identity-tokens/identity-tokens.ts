import type { Caller } from '../../context.ts';
import { ByteCache } from '../../lib/byte-cache.ts';
import type { Awaitable } from '../../lib/call.ts';
import { setOwn } from '../../lib/own.ts';
import { claimAt } from '../caller.ts';
import type { IdentityTokenOptions } from './options.ts';
import { SigningKey } from './signing-key.ts';

/** Room for the tokens of one subgraph, in bytes. */
const cacheBytes = 4_000_000;
/** The last part of a token's life, in which it is not sent any more. */
const unusedShare = 0.2;

interface Signed {
  readonly token: Promise<string>;
  /** The same once it is there: then nobody waits. */
  text?: string;
  readonly endsMs: number;
  readonly renewMs: number;
  readonly bytes: number;
}

export interface IdentityTokensSetup {
  readonly options: IdentityTokenOptions;
  readonly subgraph: string;
  /** Milliseconds since the epoch. Default the machine's clock. */
  readonly now?: () => number;
}

/** What a token says of a caller, as JSON: equal for those whom it does not tell apart. */
export function callerClaims(caller: Caller, names: readonly string[]): string {
  const { subject: sub, scheme } = caller;
  const claims = { ...selectedClaims(caller, names), ...(sub !== undefined && { sub }) };
  return JSON.stringify({ ...claims, ...(scheme !== undefined && { scheme }) });
}

/** The claims of these names or paths; those that the caller does not have are not there. */
export function selectedClaims(
  { claims }: Caller,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  const selected: Record<string, unknown> = {};
  for (const name of names) {
    const value = claimAt(claims, name);
    if (value !== undefined) setOwn(selected, name, value);
  }
  return selected;
}

/** Tokens in which the gateway tells one subgraph who calls; each is signed once and sent often. */
export class IdentityTokens {
  readonly #options: IdentityTokenOptions;
  readonly #audience: string;
  readonly #key: SigningKey;
  readonly #now: () => number;
  readonly #signed = new ByteCache<Signed>(cacheBytes, ({ bytes }) => bytes);

  private constructor(key: SigningKey, { options, subgraph, now = Date.now }: IdentityTokensSetup) {
    this.#options = options;
    this.#audience = options.audience ?? subgraph;
    this.#key = key;
    this.#now = now;
  }

  /** Undefined where a subgraph is sent no token. */
  static async openFor(
    subgraph: string,
    options: IdentityTokenOptions | undefined,
  ): Promise<IdentityTokens | undefined> {
    return options && IdentityTokens.open({ options, subgraph });
  }

  /** Throws a `StartupError` for a key that cannot be used. */
  static async open(setup: IdentityTokensSetup): Promise<IdentityTokens> {
    return new IdentityTokens(await SigningKey.open(setup.options.key), setup);
  }

  /** What those need who check the tokens. */
  get publicJwk() {
    return this.#key.publicJwk;
  }

  /** The header with the token of a caller. */
  headerFor(caller: Caller): Awaitable<Readonly<Record<string, string>>> {
    const claims = callerClaims(caller, this.#options.claims);
    const signed = this.#usable(claims, caller) ?? this.#sign(claims, caller);
    return signed.text === undefined
      ? signed.token.then((token) => this.#header(token))
      : this.#header(signed.text);
  }

  #header(token: string): Readonly<Record<string, string>> {
    const { header } = this.#options;
    return { [header]: header === 'authorization' ? `Bearer ${token}` : token };
  }

  /** None that is about to end, or that would outlive what proves the caller. */
  #usable(claims: string, { expiresAtMs = Number.POSITIVE_INFINITY }: Caller): Signed | undefined {
    const known = this.#signed.get(claims);
    if (known === undefined || known.renewMs <= this.#now()) return undefined;
    return known.endsMs > expiresAtMs ? undefined : known;
  }

  #sign(claims: string, { expiresAtMs = Number.POSITIVE_INFINITY }: Caller): Signed {
    const { issuer, ttl } = this.#options;
    const nowMs = this.#now();
    const endsMs = Math.min(nowMs + ttl, expiresAtMs);
    const times = { iat: Math.floor(nowMs / 1_000), exp: Math.ceil(endsMs / 1_000) };
    const token = this.#key.sign({
      ...JSON.parse(claims),
      iss: issuer,
      aud: this.#audience,
      ...times,
    });
    const renewMs = endsMs - (endsMs - nowMs) * unusedShare;
    const signed: Signed = { token, endsMs, renewMs, bytes: 4 * claims.length + 1_000 };
    this.#signed.set(claims, signed);
    void token.then(
      (text) => {
        signed.text = text;
      },
      () => {},
    );
    return signed;
  }
}
