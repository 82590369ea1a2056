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
 * Names each request, tells the client the name, and once the reply has ended writes one line
 * and counts it: also for a request that was refused, and for a client that left.
 */
export class AccessLog {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #options: RequestIdOptions;

  constructor(log: Logger, metrics: Metrics, options: RequestIdOptions) {
    this.#log = log;
    this.#metrics = metrics;
    this.#options = options;
  }

  open(request: IncomingMessage, response: ServerResponse): OpenedRequest {
    const startedMs = performance.now();
    const id = requestId(request.headers, this.#options);
    const log = this.#log.child({ requestId: id });
    const notes = {};
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
    notes: object,
    tookMs: number,
  ): void {
    // What no client has read is logged as the field does: 499.
    const status = response.writableFinished ? response.statusCode : 499;
    const durationMs = Math.round(tookMs * 1_000) / 1_000;
    log.info({ method, status, durationMs, ...notes }, 'request');
    this.#metrics.request(method, status, tookMs / 1_000);
  }
}
