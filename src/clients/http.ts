import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import { type Dispatcher, errors, Pool } from 'undici';
import type { Cancellation } from '../lib/cancellation.ts';
import { decode } from './decode.ts';

export interface HttpOptions {
  /** Most connections open to one origin; later requests wait for one. */
  readonly connections: number;
  /** How long an idle connection is kept, in milliseconds. */
  readonly keepAliveMs: number;
  /** How long opening a connection may take, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Longest body that is read, in bytes, before and after decompression. */
  readonly maxBodyBytes: number;
  /** Finds the addresses of a name. Default: as the system does. */
  readonly lookup?: LookupFunction;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Why a request got no answer. */
export type HttpFailure =
  | 'refused'
  | 'unresolved'
  | 'connect-timeout'
  | 'certificate'
  | 'reset'
  | 'not-http'
  | 'too-large'
  | 'encoding'
  | 'failed';

/** A request that got no answer, or none that could be read; `cause` has the details. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly failure: HttpFailure;

  constructor(failure: HttpFailure, cause?: unknown) {
    super(`The request failed: ${failure}`, { cause });
    this.failure = failure;
  }
}

/**
 * Sends requests over kept connections: one `undici` pool for each origin. Bodies come decoded
 * from gzip, deflate or br. Redirects are answers, not followed.
 */
export class HttpClient implements AsyncDisposable {
  readonly #options: HttpOptions;
  readonly #pools = new Map<string, Pool>();
  #disposed = false;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** Throws an `HttpError`, or the reason of `signal`; both leave no connection half read. */
  async request(url: URL, request: HttpRequest, signal: Cancellation): Promise<HttpAnswer> {
    try {
      signal.throwIfAborted();
      const exchange = new Exchange(this.#options.maxBodyBytes, signal);
      const { method, headers, body = null } = request;
      const path = url.pathname + url.search;
      // Undici copies headers before it changes them.
      const sent = headers as Record<string, string | string[]>;
      this.#pool(url.origin).dispatch({ path, method, headers: sent, body }, exchange);
      const answer = await exchange.answer;
      const encoding = answer.headers['content-encoding'];
      if (encoding === undefined || answer.body.length === 0) return answer;
      return { ...answer, body: await this.#decode(`${encoding}`, answer.body) };
    } catch (thrown) {
      signal.throwIfAborted();
      throw thrown instanceof HttpError ? thrown : new HttpError(failureOf(thrown), thrown);
    }
  }

  async #decode(encoding: string, body: Buffer): Promise<Buffer> {
    const decoded = await decode(body, encoding, this.#options.maxBodyBytes);
    if (decoded === undefined) throw new HttpError('encoding');
    return decoded;
  }

  #pool(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    if (this.#disposed) throw new HttpError('failed', new Error('The client is disposed'));
    const { connections, keepAliveMs, connectTimeoutMs: timeout, lookup } = this.#options;
    const pool = new Pool(origin, {
      connections,
      keepAliveTimeout: keepAliveMs,
      // Addresses are tried one after the other, both families in turn: RFC 8305.
      connect: { timeout, autoSelectFamily: true, ...(lookup && { lookup }) },
      // The caller's signal is the only limit on waiting for an answer.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#pools.set(origin, pool);
    return pool;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }
}

/**
 * One request and what comes back, read straight off the connection. What `signal` or too many
 * bytes put an end to destroys the connection: the rest is never read.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<HttpAnswer>;
  readonly #settled = Promise.withResolvers<HttpAnswer>();
  readonly #maxBodyBytes: number;
  readonly #signal: Cancellation;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBodyBytes: number, signal: Cancellation) {
    this.#maxBodyBytes = maxBodyBytes;
    this.#signal = signal;
    this.answer = this.#settled.promise;
    signal.addEventListener('abort', this.#onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(toError(this.#signal.reason));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (Number(headers['content-length']) > this.#maxBodyBytes) this.#refuse(controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBodyBytes) this.#refuse(controller);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only] = this.#chunks;
    const isOne = this.#chunks.length === 1 && only !== undefined;
    const body = isOne ? only : Buffer.concat(this.#chunks, this.#bytes);
    this.#release();
    this.#settled.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#release();
    this.#settled.reject(error);
  }

  #refuse(controller: Dispatcher.DispatchController): void {
    const error = new HttpError('too-large');
    this.#settled.reject(error);
    controller.abort(error);
  }

  /** Also for a request that still waits for a connection. */
  readonly #onAbort = (): void => {
    const error = toError(this.#signal.reason);
    this.#settled.reject(error);
    this.#controller?.abort(error);
  };

  #release(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error
    ? reason
    : new Error('The request was given up', { cause: reason });
}

const byCode: Readonly<Record<string, HttpFailure>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'not-http',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  ERR_BUFFER_TOO_LARGE: 'too-large',
};

/** Sorts what `undici` threw. */
function failureOf(thrown: unknown): HttpFailure {
  if (thrown instanceof errors.HTTPParserError) return 'not-http';
  const code = codeOf(thrown);
  const known = byCode[code];
  if (known !== undefined) return known;
  if (/CERT|TLS|SSL|ISSUER|SIGN/.test(code)) return 'certificate';
  return /^(Z_|ERR_BROTLI|ERR__ERROR)/.test(code) ? 'encoding' : 'failed';
}

/** Happy eyeballs fail together: then the first address's reason stands for all. */
function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return '';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return 'errors' in thrown && Array.isArray(thrown.errors) ? codeOf(thrown.errors[0]) : '';
}
