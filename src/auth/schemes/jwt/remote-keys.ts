import { HttpClient } from '../../../clients/http.ts';
import type { Cancellation } from '../../../lib/cancellation.ts';
import { Deadline } from '../../../lib/deadline.ts';
import { getOwn, isObject } from '../../../lib/own.ts';
import { SingleFlight } from '../../../lib/single-flight.ts';
import type { SchemeSetup } from '../../scheme.ts';
import { type KeySource, Keys } from './keys.ts';
import type { JwtOptions } from './options.ts';
import { usableKeys } from './usable-keys.ts';

/** Longest answer of a provider, in bytes: hundreds of keys. */
const maxBodyBytes = 1_000_000;

export interface RemoteKeysSetup extends SchemeSetup {
  readonly issuer: string;
  readonly options: JwtOptions['keys'];
}

/**
 * The keys of an issuer, as it publishes them. Those that were fetched last serve through an outage
 * of any length, and nothing makes it fetch more often than the cooldown allows.
 */
export class RemoteKeys implements KeySource {
  readonly #setup: RemoteKeysSetup;
  readonly #client: HttpClient;
  readonly #life = new AbortController();
  readonly #fetching = new SingleFlight<void>();
  #keys: Keys | undefined;
  #url: URL | undefined;
  #fetchedAtMs = Number.NEGATIVE_INFINITY;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #isFetching = false;

  constructor(setup: RemoteKeysSetup) {
    const { url, timeout } = setup.options;
    this.#setup = setup;
    this.#url = url === undefined ? undefined : new URL(url);
    const connections = { connections: 2, keepAliveMs: 4_000, connectTimeoutMs: timeout };
    this.#client = new HttpClient({ ...connections, maxBodyBytes });
  }

  get keys(): Keys | undefined {
    return this.#keys;
  }

  renew(): void {
    const { now, options } = this.#setup;
    if (now() - this.#fetchedAtMs < options.maxAge || !this.#mayFetch()) return;
    // What fails is logged there, and nobody waits.
    this.#fetch(this.#life.signal).catch(() => {});
  }

  async newerThan(known: Keys | undefined, signal: Cancellation): Promise<Keys | undefined> {
    if (this.#keys === known && (this.#isFetching || this.#mayFetch())) await this.#fetch(signal);
    return this.#keys;
  }

  #mayFetch(): boolean {
    const { now, options } = this.#setup;
    return !this.#isFetching && now() - this.#triedAtMs >= options.cooldown;
  }

  async #fetch(signal: Cancellation): Promise<void> {
    await this.#fetching.join('', () => this.#attempt(), signal);
  }

  /** Never throws: what is known already stays. */
  async #attempt(): Promise<void> {
    const { name, options, log, observer, now } = this.#setup;
    using limit = new Deadline(this.#life.signal, options.timeout);
    this.#isFetching = true;
    this.#triedAtMs = now();
    try {
      this.#take(await this.#read(limit.signal));
      this.#fetchedAtMs = now();
      observer.asked(name, 'ok');
    } catch (err) {
      if (this.#life.signal.aborted) return;
      // An issuer that moved says so where it is discovered.
      if (options.url === undefined) this.#url = undefined;
      observer.asked(name, 'failed');
      log.warn({ scheme: name, err }, 'The keys of an issuer could not be fetched');
    } finally {
      this.#isFetching = false;
    }
  }

  #take(set: unknown): void {
    const found = usableKeys(set);
    if ('problem' in found) throw new Error(found.problem);
    const keys = new Keys(found.keys);
    if (keys.text !== this.#keys?.text) this.#keys = keys;
  }

  async #read(signal: Cancellation): Promise<unknown> {
    this.#url ??= await this.#discover(signal);
    return this.#get(this.#url, signal);
  }

  /** OpenID Connect Discovery 1.0, section 4. */
  async #discover(signal: Cancellation): Promise<URL> {
    const { issuer } = this.#setup;
    const where = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const found = await this.#get(new URL(where), signal);
    if (!isObject(found)) throw new Error('The discovery document is no JSON object');
    if (getOwn(found, 'issuer') !== issuer) throw new Error('It is of another issuer');
    const url = URL.parse(String(getOwn(found, 'jwks_uri')));
    const isSafe = url?.protocol === 'https:' || url?.protocol === new URL(issuer).protocol;
    if (url === null || !isSafe) throw new Error('It names no safe address of its keys');
    return url;
  }

  async #get(url: URL, signal: Cancellation): Promise<unknown> {
    const headers = { accept: 'application/json', 'accept-encoding': 'gzip, br' };
    const answer = await this.#client.request(url, { method: 'GET', headers }, signal);
    if (answer.status !== 200) throw new Error(`It was answered with status ${answer.status}`);
    return JSON.parse(answer.body.toString('utf8'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort(new Error('The scheme is no longer used'));
    await this.#client[Symbol.asyncDispose]();
  }
}
