import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import { buildConnector, Client, type Dispatcher, Pool } from 'undici';
import type { Cancellation } from '../lib/cancellation.ts';
import { decode } from './decode.ts';
import { failureOf, HttpError } from './http-error.ts';
import type { TlsMaterial } from './tls-material.ts';

export { HttpError, type HttpFailure } from './http-error.ts';

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
  /** A Unix socket to which all connections go, whatever the URL says. */
  readonly socketPath?: string;
  /** Whether HTTP/2 is spoken with servers that offer it over TLS. Default false. */
  readonly http2?: boolean;
  /** What is trusted and shown over TLS; looked at for each new connection. Default Node's own. */
  readonly tls?: { readonly current: TlsMaterial };
}

/** Connections that are kept, and requests that wait for one. */
export interface ConnectionCounts {
  readonly open: number;
  /** Those of them that nothing goes over just now. */
  readonly idle: number;
  readonly waiting: number;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Whether it does no harm to send it twice (RFC 9110, section 9.2.2). Default: that it is GET. */
  readonly isIdempotent?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Sends requests over kept connections: one `undici` pool for each origin. Bodies come decoded
 * from gzip, deflate or br. Redirects are answers, not followed.
 */
export class HttpClient implements AsyncDisposable {
  readonly #options: HttpOptions;
  readonly #connect: buildConnector.connector;
  readonly #pools = new Map<string, Pool>();
  readonly #places = new WeakMap<URL, Place>();
  /** For one request each, beside the pools. */
  readonly #single = new Set<Client>();
  #disposed = false;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#connect = connectorFor(options);
  }

  /**
   * Throws an `HttpError`, or the reason of `signal`; both leave no connection half read. Nobody
   * changes `url`.
   */
  request(url: URL, request: HttpRequest, signal: Cancellation): Promise<HttpAnswer> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const again = mayRepeat(request) ? () => this.#repeat(url, request, signal) : undefined;
    const exchange = new Exchange(this.#options.maxBodyBytes, signal, again);
    try {
      const { pool, path } = this.#placeOf(url);
      pool.dispatch(dispatched(path, request), exchange);
    } catch (thrown) {
      exchange.fail(thrown);
    }
    return exchange.answer;
  }

  /** What its pools have now. */
  get connections(): ConnectionCounts {
    const counts = { open: 0, idle: 0, waiting: 0 };
    for (const { stats } of this.#pools.values()) {
      counts.open += stats.connected;
      counts.idle += stats.free;
      counts.waiting += stats.pending + stats.queued;
    }
    return counts;
  }

  /** Once more, over a connection that was not used before. */
  async #repeat(url: URL, request: HttpRequest, signal: Cancellation): Promise<HttpAnswer> {
    if (this.#disposed) throw disposed();
    const client = new Client(url.origin, { ...this.#shared(), connect: this.#connect });
    this.#single.add(client);
    try {
      const exchange = new Exchange(this.#options.maxBodyBytes, signal);
      client.dispatch(dispatched(pathOf(url), request), exchange);
      return await exchange.answer;
    } finally {
      this.#single.delete(client);
      client.destroy().catch(() => {});
    }
  }

  /** To take a URL apart takes longer than to find it here. */
  #placeOf(url: URL): Place {
    const known = this.#places.get(url);
    if (known !== undefined) return known;
    const place = { pool: this.#pool(url.origin), path: pathOf(url) };
    this.#places.set(url, place);
    return place;
  }

  #pool(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    if (this.#disposed) throw disposed();
    const pool = new Pool(origin, {
      ...this.#shared(),
      connections: this.#options.connections,
      connect: this.#connect,
      factory: (url, options) => new Connection(url, options),
    });
    this.#pools.set(origin, pool);
    return pool;
  }

  #shared(): Pool.Options {
    const { keepAliveMs, http2 = false } = this.#options;
    return {
      keepAliveTimeout: keepAliveMs,
      allowH2: http2,
      // The caller's signal is the only limit on waiting for an answer.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await Promise.all([...this.#pools.values(), ...this.#single].map((each) => each.destroy()));
  }
}

async function decoded(
  answer: HttpAnswer,
  maxBodyBytes: number,
  signal: Cancellation,
): Promise<HttpAnswer> {
  const encoding = `${answer.headers['content-encoding']}`;
  try {
    const body = await decode(answer.body, encoding, maxBodyBytes);
    if (body === undefined) throw new HttpError('encoding');
    return { ...answer, body };
  } catch (thrown) {
    signal.throwIfAborted();
    throw toHttpError(thrown);
  }
}

function isEncoded({ headers, body }: HttpAnswer): boolean {
  return headers['content-encoding'] !== undefined && body.length > 0;
}

function toHttpError(thrown: unknown): HttpError {
  return thrown instanceof HttpError ? thrown : new HttpError(failureOf(thrown), thrown);
}

const disposed = () => new HttpError('failed', new Error('The client is disposed'));

/** Where a URL leads. */
interface Place {
  readonly pool: Pool;
  readonly path: string;
}

function pathOf({ pathname, search }: URL): string {
  return pathname + search;
}

function dispatched(
  path: string,
  { method, headers, body }: HttpRequest,
): Dispatcher.DispatchOptions {
  // Undici copies headers before it changes them.
  const sent = headers as Record<string, string | string[]>;
  return { path, method, headers: sent, body: body ?? null };
}

function mayRepeat({ method, isIdempotent = method === 'GET' }: HttpRequest): boolean {
  return isIdempotent;
}

/** Opens connections; what is trusted is looked at each time, so that new files count at once. */
function connectorFor(options: HttpOptions): buildConnector.connector {
  const { connectTimeoutMs: timeout, lookup, socketPath, tls } = options;
  const build = (material: TlsMaterial | undefined) =>
    buildConnector({
      timeout,
      allowH2: options.http2 ?? false,
      // Addresses are tried one after the other, both families in turn: RFC 8305.
      autoSelectFamily: true,
      ...(lookup && { lookup }),
      ...(socketPath !== undefined && { socketPath }),
      ...material,
      // Whatever the environment says of it.
      rejectUnauthorized: true,
    });
  let known = tls?.current;
  let connect = build(known);
  return (to, opened) => {
    if (tls !== undefined && tls.current !== known) {
      known = tls.current;
      connect = build(known);
    }
    connect(to, opened);
  };
}

/** A connection of a pool that knows whether it was used since it was opened. */
class Connection extends Client {
  wasUsed = false;

  constructor(url: URL, options: object) {
    super(url, options);
    this.on('connect', () => {
      this.wasUsed = false;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) {
    if (handler instanceof Exchange) handler.connection = this;
    return super.dispatch(options, handler);
  }
}

/**
 * One request and what comes back, read straight off the connection. What `signal` or too many
 * bytes put an end to destroys the connection: the rest is never read.
 */
class Exchange implements Dispatcher.DispatchHandler {
  /** Decoded. Rejected with an `HttpError`, or the reason of the signal. */
  readonly answer: Promise<HttpAnswer>;
  readonly #settled = Promise.withResolvers<HttpAnswer>();
  readonly #maxBodyBytes: number;
  readonly #signal: Cancellation;
  readonly #again: (() => Promise<HttpAnswer>) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  /** Most bodies come in one. */
  #first: Buffer | undefined;
  #others: Buffer[] | undefined;
  #bytes = 0;
  /** Set by a connection that may have been used before. */
  connection: Connection | undefined;
  #wasUsed = false;
  #hasBegun = false;

  /** `again` is what to do where the connection was closed at the other end before it was used. */
  constructor(maxBodyBytes: number, signal: Cancellation, again?: () => Promise<HttpAnswer>) {
    this.#maxBodyBytes = maxBodyBytes;
    this.#signal = signal;
    this.#again = again;
    this.answer = this.#settled.promise;
    signal.addEventListener('abort', this.#onAbort);
  }

  /**
   * True for a request that was written to a connection which had been used before, and that no
   * byte came back for: it may have been closed at the other end in the meantime.
   */
  get #mayBeStale(): boolean {
    return this.#wasUsed && !this.#hasBegun;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.connection !== undefined) {
      this.#wasUsed = this.connection.wasUsed;
      this.connection.wasUsed = true;
    }
    if (this.#signal.aborted) controller.abort(toError(this.#signal.reason));
  }

  onResponseStarted(): void {
    this.#hasBegun = true;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#hasBegun = true;
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (Number(headers['content-length']) > this.#maxBodyBytes) this.#refuse(controller);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBodyBytes) this.#refuse(controller);
    else if (this.#first === undefined) this.#first = chunk;
    else if (this.#others === undefined) this.#others = [chunk];
    else this.#others.push(chunk);
  }

  onResponseEnd(): void {
    this.#release();
    const answer = { status: this.#status, headers: this.#headers, body: this.#body };
    const { resolve } = this.#settled;
    resolve(isEncoded(answer) ? decoded(answer, this.#maxBodyBytes, this.#signal) : answer);
  }

  get #body(): Buffer {
    if (this.#first === undefined) return noBytes;
    if (this.#others === undefined) return this.#first;
    return Buffer.concat([this.#first, ...this.#others], this.#bytes);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  /** Ends it, unless it has ended. */
  fail(thrown: unknown): void {
    this.#release();
    const { resolve, reject } = this.#settled;
    if (this.#signal.aborted) reject(this.#signal.reason);
    else if (this.#again && this.#mayBeStale && failureOf(thrown) === 'reset')
      resolve(this.#again());
    else reject(toHttpError(thrown));
  }

  #refuse(controller: Dispatcher.DispatchController): void {
    const error = new HttpError('too-large');
    this.#settled.reject(error);
    controller.abort(error);
  }

  /** Also for a request that still waits for a connection. */
  readonly #onAbort = (): void => {
    this.#settled.reject(this.#signal.reason);
    this.#controller?.abort(toError(this.#signal.reason));
  };

  #release(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

const noBytes = Buffer.alloc(0);

function toError(reason: unknown): Error {
  return reason instanceof Error
    ? reason
    : new Error('The request was given up', { cause: reason });
}
