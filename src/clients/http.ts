import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { errors, Pool } from 'undici';
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
  async request(url: URL, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      const answer = await this.#pool(url.origin).request({
        path: url.pathname + url.search,
        method: request.method,
        headers: request.headers as Record<string, string | string[]>,
        body: request.body ?? null,
        signal,
      });
      const encoded = await this.#read(answer.headers['content-length'], answer.body);
      const body = await this.#decode(answer.headers, encoded);
      return { status: answer.statusCode, headers: answer.headers, body };
    } catch (thrown) {
      signal.throwIfAborted();
      throw thrown instanceof HttpError ? thrown : new HttpError(failureOf(thrown), thrown);
    }
  }

  async #read(announced: unknown, stream: Readable): Promise<Buffer> {
    const { maxBodyBytes } = this.#options;
    if (Number(announced) > maxBodyBytes) throw tooLarge(stream);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream) {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) throw tooLarge(stream);
      chunks.push(chunk);
    }
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, bytes);
  }

  async #decode(headers: IncomingHttpHeaders, body: Buffer): Promise<Buffer> {
    const encoding = headers['content-encoding'];
    if (encoding === undefined || body.length === 0) return body;
    const decoded = await decode(body, `${encoding}`, this.#options.maxBodyBytes);
    if (decoded === undefined) throw new HttpError('encoding');
    return decoded;
  }

  #pool(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    if (this.#disposed) throw new HttpError('failed', new Error('The client is disposed'));
    const { connections, keepAliveMs, connectTimeoutMs } = this.#options;
    const pool = new Pool(origin, {
      connections,
      keepAliveTimeout: keepAliveMs,
      connect: { timeout: connectTimeoutMs, autoSelectFamily: true },
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

/** Destroys the connection: the rest is never read. */
function tooLarge(stream: Readable): HttpError {
  stream.once('error', () => {}).destroy();
  return new HttpError('too-large');
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
