import { HttpClient } from '../../clients/http.ts';
import type { Cancellation } from '../../lib/cancellation.ts';
import { getOwn, isObject } from '../../lib/own.ts';
import type { PoliciesOptions } from './options.ts';

/** What is decided by name; what is missing is denied. */
export type Decisions = Readonly<Record<string, unknown>>;

type ServiceOptions = NonNullable<PoliciesOptions['service']>;

/** Longest answer that is read. */
const maxBodyBytes = 1_024 * 1_024;

/** A service that decides on policies, with the body of OPA's data API. */
export class PolicyService implements AsyncDisposable {
  readonly #url: URL;
  readonly #headers: ServiceOptions['headers'];
  readonly #client: HttpClient;

  constructor({ url, headers }: ServiceOptions, connectTimeoutMs: number) {
    this.#url = new URL(url);
    this.#headers = { ...headers, 'content-type': 'application/json', accept: 'application/json' };
    const kept = { connections: 64, keepAliveMs: 30_000 };
    this.#client = new HttpClient({ ...kept, connectTimeoutMs, maxBodyBytes });
  }

  /** Asks once for all that `input` names; throws where there is no answer that can be read. */
  async decide(input: object, signal: Cancellation): Promise<Decisions> {
    const request = {
      method: 'POST',
      headers: this.#headers,
      body: JSON.stringify({ input }),
    } as const;
    const { status, body } = await this.#client.request(this.#url, request, signal);
    if (status !== 200) throw new Error(`The policy service answered with status ${status}`);
    const answer: unknown = JSON.parse(body.toString());
    const result = isObject(answer) ? getOwn(answer, 'result') : undefined;
    if (!isObject(result)) throw new Error('The policy service answered without a result by name');
    return result;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client[Symbol.asyncDispose]();
  }
}
