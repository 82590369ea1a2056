import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const acceptable = /^[\w-]{1,128}$/;

export interface RequestIdOptions {
  /** In lower case. */
  readonly header: string;
  /** Whether the id that a client sends is kept. */
  readonly trust: boolean;
}

/**
 * The id of a request: the one that a trusted client sent in `header`, if it is plain enough to
 * be logged, and otherwise a new one.
 */
export function requestId(headers: IncomingHttpHeaders, options: RequestIdOptions): string {
  const sent = options.trust ? headers[options.header] : undefined;
  return typeof sent === 'string' && acceptable.test(sent) ? sent : randomUUID();
}
