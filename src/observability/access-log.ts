import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestLog } from '../context.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { type RequestIdOptions, requestId } from './request-id.ts';

/** A request that has a name, and the log that carries it. */
export interface OpenedRequest {
  readonly id: string;
  readonly log: RequestLog;
}

/**
 * Where a response keeps its name. A `WeakMap` of all requests would cost each collection more than
 * the requests themselves.
 */
const opened = Symbol('opened');

interface Named {
  [opened]?: OpenedRequest;
}

interface Notes {
  /** Of a reply that was written past `ServerResponse`, which knows nothing of it. */
  readonly status?: number;
}

/** The log of one request: most write nothing but the line at the end, so no logger is made. */
class OneRequestLog implements RequestLog {
  readonly requestId: string;
  readonly notes: Notes = {};
  readonly #log: Logger;

  constructor(log: Logger, requestId: string) {
    this.#log = log;
    this.requestId = requestId;
  }

  note(fields: object): void {
    Object.assign(this.notes, fields);
  }

  debug(fields: object, message: string): void {
    this.#log.debug({ requestId: this.requestId, ...fields }, message);
  }

  info(fields: object, message: string): void {
    this.#log.info({ requestId: this.requestId, ...fields }, message);
  }

  warn(fields: object, message: string): void {
    this.#log.warn({ requestId: this.requestId, ...fields }, message);
  }

  error(fields: object, message: string): void {
    this.#log.error({ requestId: this.requestId, ...fields }, message);
  }
}

/**
 * Names each request, tells the client the name, and once the reply has ended writes one line
 * and counts it: also for a request that was refused, and for a client that left.
 */
export class AccessLog {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #options: RequestIdOptions;
  readonly #lines: Logger;

  constructor(log: Logger, metrics: Metrics, options: RequestIdOptions) {
    this.#log = log;
    // What this file writes holds no headers: looking for credentials in it would be in vain.
    this.#lines = log.child({}, { redact: [] });
    this.#metrics = metrics;
    this.#options = options;
  }

  /** Opens a request once, however often it is asked for it. */
  open(request: IncomingMessage, response: ServerResponse & Named): OpenedRequest {
    response[opened] ??= this.#open(request, response);
    return response[opened];
  }

  #open(request: IncomingMessage, response: ServerResponse): OpenedRequest {
    const startedMs = performance.now();
    const id = requestId(request.headers, this.#options);
    const log = new OneRequestLog(this.#log, id);
    response.setHeader(this.#options.header, id);
    response.on('close', () => {
      this.#close(request, response, log, performance.now() - startedMs);
    });
    return { id, log };
  }

  #close(
    { method = '' }: IncomingMessage,
    response: ServerResponse,
    { requestId, notes }: OneRequestLog,
    tookMs: number,
  ): void {
    // What no client has read is logged as the field does: 499.
    const status = notes.status ?? (response.writableFinished ? response.statusCode : 499);
    const durationMs = Math.round(tookMs * 1_000) / 1_000;
    this.#lines.info({ requestId, method, durationMs, ...notes, status }, 'request');
    this.#metrics.request(method, status, tookMs / 1_000);
  }
}
