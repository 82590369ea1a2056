import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

/** What is looked up, and how often. */
export interface DnsQuestion {
  readonly type: 'A' | 'AAAA' | 'SRV';
  readonly name: string;
  /** Bounds for how long records are kept, in milliseconds. */
  readonly ttl: { readonly min: number; readonly max: number };
  readonly servers?: readonly string[] | undefined;
  /** How long one answer is waited for, in milliseconds. */
  readonly timeoutMs: number;
}

/** One address that a name has. */
export interface DnsAddress {
  readonly address: string;
  /** Of SRV records only. */
  readonly host?: string;
  readonly port?: number;
  readonly weight?: number;
}

export interface DnsObserver {
  /** Is told of the addresses that hold from now on: at first, and of each set that differs. */
  readonly changed: (addresses: readonly DnsAddress[]) => void;
  /** Is told of the first failure in a row: the last good addresses hold. */
  readonly failed: (reason: unknown) => void;
  readonly looked?: (result: 'changed' | 'unchanged' | 'failed') => void;
}

interface Found {
  readonly addresses: readonly DnsAddress[];
  readonly ttlMs: number;
}

/** Follows the addresses of a name for as long as it is not disposed. */
export class DnsTargets implements AsyncDisposable {
  readonly #question: DnsQuestion;
  readonly #observer: DnsObserver;
  readonly #resolver: Resolver;
  #known: readonly DnsAddress[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isFailing = false;
  #disposed = false;

  constructor(question: DnsQuestion, observer: DnsObserver) {
    this.#question = question;
    this.#observer = observer;
    this.#resolver = new Resolver({ timeout: question.timeoutMs, tries: 2 });
    if (question.servers !== undefined) this.#resolver.setServers(question.servers);
  }

  /** Settles once it was looked up for the first time, whatever came of it. */
  async start(): Promise<void> {
    await this.#look();
  }

  async #look(): Promise<void> {
    const { ttl } = this.#question;
    let nextMs = ttl.min;
    try {
      const { addresses, ttlMs } = await this.#find();
      if (this.#disposed) return;
      nextMs = Math.min(ttl.max, Math.max(ttl.min, ttlMs));
      this.#take(addresses);
      this.#isFailing = false;
    } catch (reason) {
      if (this.#disposed) return;
      this.#observer.looked?.('failed');
      if (!this.#isFailing) this.#observer.failed(reason);
      this.#isFailing = true;
    }
    this.#timer = setTimeout(() => {
      this.#looking = this.#look();
    }, nextMs).unref();
  }

  /** The same addresses in another order are no change, and none at all is no answer. */
  #take(found: readonly DnsAddress[]): void {
    if (found.length === 0) throw new Error('The name has no addresses');
    const addresses = [...found].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    const isChange = !isDeepStrictEqual(addresses, this.#known);
    this.#observer.looked?.(isChange ? 'changed' : 'unchanged');
    if (!isChange) return;
    this.#known = addresses;
    this.#observer.changed(addresses);
  }

  async #find(): Promise<Found> {
    const { type, name } = this.#question;
    if (type === 'SRV') return this.#findServices(name);
    const ask = { ttl: true } as const;
    const records =
      type === 'A'
        ? await this.#resolver.resolve4(name, ask)
        : await this.#resolver.resolve6(name, ask);
    const addresses = [...new Set(records.map(({ address }) => address))];
    const ttlMs = Math.min(...records.map(({ ttl }) => ttl)) * 1_000;
    return { addresses: addresses.map((address) => ({ address })), ttlMs };
  }

  /** Those of the lowest priority: RFC 2782. Node tells no TTL of them, but of their addresses. */
  async #findServices(name: string): Promise<Found> {
    const services = await this.#resolver.resolveSrv(name);
    const first = Math.min(...services.map(({ priority }) => priority));
    const chosen = services.filter(({ priority }) => priority === first);
    const found = await Promise.all(
      chosen.map(async ({ name: host, port, weight }) => {
        const records = await this.#addressesOf(host);
        return records.map(({ address, ttl }) => {
          return { ttl, target: { address, host, port, weight: Math.max(1, weight) } };
        });
      }),
    );
    const ttlMs = Math.min(...found.flat().map(({ ttl }) => ttl)) * 1_000;
    const byAddress = new Map(found.flat().map(({ target }) => [keyOf(target), target]));
    return { addresses: [...byAddress.values()], ttlMs };
  }

  async #addressesOf(host: string) {
    const ask = { ttl: true } as const;
    try {
      return await this.#resolver.resolve4(host, ask);
    } catch {
      return this.#resolver.resolve6(host, ask);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#resolver.cancel();
    await this.#looking;
  }
}

function keyOf({ address, port = 0 }: DnsAddress): string {
  return `${address} ${port}`;
}

/** Finds `address` for each name. */
export function always(address: string): LookupFunction {
  const family = address.includes(':') ? 6 : 4;
  return (_name, options, found) => {
    if (options.all === true) found(null, [{ address, family }]);
    else found(null, address, family);
  };
}
