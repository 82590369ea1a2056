import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  type IntrospectionResponse,
  introspectionRequest,
  processIntrospectionResponse,
} from 'oauth4webapi';
import { HttpClient } from '../../../clients/http.ts';
import { Deadline } from '../../../lib/deadline.ts';
import { type SchemeSetup, unavailable } from '../../scheme.ts';
import type { IntrospectionOptions } from './options.ts';

/** Longest answer, in bytes: what is said of one token. */
const maxBodyBytes = 100_000;
/** Most questions at once; later ones wait for a connection. */
const connections = 32;

/** Asks an authorization server about tokens. */
export class AuthorizationServer implements AsyncDisposable {
  readonly #options: IntrospectionOptions;
  readonly #setup: SchemeSetup;
  readonly #client: HttpClient;
  readonly #life = new AbortController();

  constructor(options: IntrospectionOptions, setup: SchemeSetup) {
    this.#options = options;
    this.#setup = setup;
    const times = { keepAliveMs: 4_000, connectTimeoutMs: options.timeout };
    this.#client = new HttpClient({ connections, ...times, maxBodyBytes });
  }

  /** Throws `SERVICE_UNAVAILABLE` where the server says nothing that can be relied on. */
  async introspect(token: string): Promise<IntrospectionResponse> {
    const { name, log, observer } = this.#setup;
    try {
      const answer = await this.#request(token);
      observer.asked(name, 'ok');
      return answer;
    } catch (err) {
      observer.asked(name, 'failed');
      log.warn({ scheme: name, err }, 'An authorization server could not be asked');
      throw unavailable('Tokens cannot be checked at the moment', err);
    }
  }

  async #request(token: string): Promise<IntrospectionResponse> {
    const { url, clientId, clientSecret, method, timeout } = this.#options;
    using limit = new Deadline(this.#life.signal, timeout);
    const server = { issuer: new URL(url).origin, introspection_endpoint: url };
    const client = { client_id: clientId };
    const secret = method === 'basic' ? ClientSecretBasic : ClientSecretPost;
    const response = await introspectionRequest(server, client, secret(clientSecret), token, {
      [allowInsecureRequests]: true,
      [customFetch]: (to, { headers, body }) => this.#send(to, headers, `${body}`, limit),
    });
    return processIntrospectionResponse(server, client, response);
  }

  async #send(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    limit: Deadline,
  ): Promise<Response> {
    const post = { method: 'POST', headers, body } as const;
    const answer = await this.#client.request(new URL(url), post, limit.signal);
    const type = { 'content-type': answer.headers['content-type'] ?? '' };
    return new Response(answer.body, { status: answer.status, headers: type });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort(new Error('The scheme is no longer used'));
    await this.#client[Symbol.asyncDispose]();
  }
}
