import {
  type AuthorizationServer,
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';
import type { HttpClient } from '../../../clients/http.ts';
import type { Cancellation } from '../../../lib/cancellation.ts';
import { Deadline } from '../../../lib/deadline.ts';
import { SingleFlight } from '../../../lib/single-flight.ts';
import { unavailable } from '../../scheme.ts';
import { oauthFetch } from './oauth-fetch.ts';
import type { OidcSetup } from './setup.ts';

/** When a provider is asked anew where its endpoints are, in milliseconds. */
const maxAgeMs = 3_600_000;

/** A provider that says where everything is, or nothing can be done with. */
export type Metadata = AuthorizationServer &
  Required<Pick<AuthorizationServer, 'authorization_endpoint' | 'token_endpoint'>>;

/**
 * What a provider says of itself: OpenID Connect Discovery 1.0, section 4. What it said last holds
 * while it is down.
 */
export class Discovery {
  readonly #setup: OidcSetup;
  readonly #client: HttpClient;
  readonly #life: Cancellation;
  readonly #asking = new SingleFlight<Metadata>();
  #known: Metadata | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(setup: OidcSetup, client: HttpClient, life: Cancellation) {
    this.#setup = setup;
    this.#client = client;
    this.#life = life;
  }

  async metadata(signal: Cancellation): Promise<Metadata> {
    const known = this.#known;
    if (known === undefined) return this.#ask(signal);
    const isOld = this.#setup.now() - this.#askedAtMs >= maxAgeMs;
    // What fails is logged there, and nobody waits.
    if (isOld) this.#ask(this.#life).catch(() => {});
    return known;
  }

  async #ask(signal: Cancellation): Promise<Metadata> {
    this.#askedAtMs = this.#setup.now();
    const { answer } = await this.#asking.join('', () => this.#attempt(), signal);
    return answer;
  }

  async #attempt(): Promise<Metadata> {
    const { name, log, observer } = this.#setup;
    try {
      this.#known = await this.#request();
      observer.asked(name, 'ok');
      return this.#known;
    } catch (err) {
      observer.asked(name, 'failed');
      if (!this.#life.aborted) log.warn({ scheme: name, err }, 'A provider was not discovered');
      throw unavailable('Nobody can log in at the moment', err);
    }
  }

  async #request(): Promise<Metadata> {
    const { issuer, timeout } = this.#setup.options;
    using limit = new Deadline(this.#life, timeout);
    const url = new URL(issuer);
    const response = await discoveryRequest(url, {
      algorithm: 'oidc',
      [allowInsecureRequests]: true,
      [customFetch]: oauthFetch(this.#client, limit.signal),
    });
    const metadata = await processDiscoveryResponse(url, response);
    const { authorization_endpoint, token_endpoint } = metadata;
    if (authorization_endpoint === undefined || token_endpoint === undefined) {
      throw new Error('The provider names no authorization endpoint, or no token endpoint');
    }
    return { ...metadata, authorization_endpoint, token_endpoint };
  }
}
