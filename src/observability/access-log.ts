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

interface Notes {
  /** Of a reply that was written past `ServerResponse`, which knows nothing of it. */
  readonly status?: number;
}

/**
 * Names each request, tells the client the name, and once the reply has ended writes one line
 * and counts it: also for a request that was refused, and for a client that left.
 */
export class AccessLog {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #options: RequestIdOptions;
  readonly #opened = new WeakMap<ServerResponse, OpenedRequest>();

  constructor(log: Logger, metrics: Metrics, options: RequestIdOptions) {
    this.#log = log;
    this.#metrics = metrics;
    this.#options = options;
  }

  /** Opens a request once, however often it is asked for it. */
  open(request: IncomingMessage, response: ServerResponse): OpenedRequest {
    const known = this.#opened.get(response) ?? this.#open(request, response);
    this.#opened.set(response, known);
    return known;
  }

  #open(request: IncomingMessage, response: ServerResponse): OpenedRequest {
    const startedMs = performance.now();
    const id = requestId(request.headers, this.#options);
    const log = this.#log.child({ requestId: id });
    const notes: Notes = {};
    response.setHeader(this.#options.header, id);
    response.once('close', () => {
      this.#close(request, response, log, notes, performance.now() - startedMs);
    });
    const note = (fields: object) => void Object.assign(notes, fields);
    return { id, log: Object.assign(log, { note }) };
  }

  #close(
    { method = '' }: IncomingMessage,
    response: ServerResponse,
    log: Logger,
    notes: Notes,
    tookMs: number,
  ): void {
    // What no client has read is logged as the field does: 499.
    const status = notes.status ?? (response.writableFinished ? response.statusCode : 499);
    const durationMs = Math.round(tookMs * 1_000) / 1_000;
    log.info({ method, durationMs, ...notes, status }, 'request');
    this.#metrics.request(method, status, tookMs / 1_000);
  }
}
