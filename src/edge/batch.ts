import type { Reply } from '../context.ts';
import { GatewayError } from '../errors.ts';

/** Several operations in one request: off unless `enabled`, and at most `max` at once. */
export interface BatchingOptions {
  readonly enabled: boolean;
  readonly max: number;
}

/** Throws for a batch that may not run: then none of its entries does. */
export function checkBatch(entries: readonly unknown[], { enabled, max }: BatchingOptions): void {
  if (!enabled) {
    const message = 'A request carries one operation: batching is not enabled';
    throw new GatewayError('BATCHING_NOT_ENABLED', message);
  }
  if (entries.length === 0) throw new GatewayError('BAD_REQUEST', 'The batch is empty');
  if (entries.length > max) {
    const message = `A batch has at most ${max} operations`;
    throw new GatewayError('BATCH_LIMIT_EXCEEDED', message);
  }
}

/**
 * One reply for all entries, in their order: 200, since each body says what became of its entry.
 * A header stays when all entries agree on it; of `set-cookie`, each entry's lines stay.
 */
export function batchReply(replies: readonly Reply[]): Reply {
  const body = `[${replies.map((reply) => reply.body).join(',')}]`;
  return { status: 200, headers: commonHeaders(replies), body };
}

function commonHeaders(replies: readonly Reply[]): Reply['headers'] {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(replies[0]?.headers ?? {})) {
    const agreed = replies.every((reply) => `${reply.headers[name]}` === `${value}`);
    if (agreed && name !== 'content-length') headers[name] = value;
  }
  const cookies = replies.flatMap((reply) => reply.headers['set-cookie'] ?? []);
  return cookies.length === 0 ? headers : { ...headers, 'set-cookie': cookies };
}
