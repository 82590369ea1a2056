import { hash as digest } from 'node:crypto';
import type { GraphQLRequest } from '../context.ts';
import { GatewayError } from '../errors.ts';
import { ByteCache } from '../lib/byte-cache.ts';
import { isObject } from '../lib/own.ts';

/**
 * Automatic persisted queries: a client sends a text once and its SHA-256 from then on. They save
 * bandwidth and guard nothing. (Apollo's protocol, version 1.)
 */
export class PersistedQueries {
  readonly #texts: ByteCache<string>;

  /** `cacheBytes` bounds the texts that are kept; a client sends again what was forgotten. */
  constructor(cacheBytes: number) {
    this.#texts = new ByteCache(cacheBytes, (text) => text.length * 2);
  }

  /** The operation's text: as sent, or as it was sent earlier under the same hash. */
  textOf(request: GraphQLRequest): string {
    const hash = hashOf(request);
    if (hash === undefined) return request.query ?? missing();
    return request.query === undefined ? this.#recall(hash) : this.#register(hash, request.query);
  }

  #recall(hash: string): string {
    const text = this.#texts.get(hash);
    if (text !== undefined) return text;
    throw new GatewayError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
  }

  #register(hash: string, text: string): string {
    if (digest('sha256', text, 'hex') !== hash) {
      const message = 'The hash of the persisted query is not that of its text';
      throw new GatewayError('PERSISTED_QUERY_HASH_MISMATCH', message);
    }
    this.#texts.set(hash, text);
    return text;
  }
}

/** The text of a request that must bring it along, since nothing is kept here. */
export function textAsSent(request: GraphQLRequest): string {
  if (hashOf(request) === undefined || request.query !== undefined) {
    return request.query ?? missing();
  }
  throw new GatewayError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
}

/** What a request sends in place of a text: a hash, or another id of a trusted document. */
export function persistedIdOf({ extensions }: GraphQLRequest): string | undefined {
  const persisted = extensions?.['persistedQuery'];
  if (persisted === undefined || persisted === null) return undefined;
  if (!isObject(persisted) || persisted['version'] !== 1) {
    throw new GatewayError('BAD_REQUEST', 'Unsupported persisted query version');
  }
  const id = persisted['sha256Hash'];
  return typeof id === 'string' ? id : notSha256();
}

/** True for what `sha256Hash` has to be where texts are registered by it. */
export function isSha256(id: string): boolean {
  return /^[0-9a-f]{64}$/i.test(id);
}

function hashOf(request: GraphQLRequest): string | undefined {
  const id = persistedIdOf(request);
  if (id === undefined) return undefined;
  return isSha256(id) ? id.toLowerCase() : notSha256();
}

function notSha256(): never {
  throw new GatewayError('BAD_REQUEST', 'persistedQuery.sha256Hash is not a SHA-256 hash');
}

function missing(): never {
  throw new GatewayError('BAD_REQUEST', 'The request has no "query"');
}
