import Negotiator from 'negotiator';
import type { MediaType } from '../context.ts';
import { GatewayError } from '../errors.ts';

/** In which form the client wants its reply. */
export interface Accepted {
  readonly mediaType: MediaType;
  readonly alwaysOk: boolean;
}

/** Content codings that a page is offered in, best first. */
export type PageEncoding = 'br' | 'gzip' | 'identity';

// `application/json` first: it is what `*/*` and a missing header mean (GraphQL over HTTP, 6.1).
const json = 'application/json; charset=utf-8';
const graphql = 'application/graphql-response+json; charset=utf-8';
const html = 'text/html; charset=utf-8';

/** What clients send almost always. */
const usual = new Map<string, Accepted>([
  ['', { mediaType: 'application/json', alwaysOk: false }],
  ['*/*', { mediaType: 'application/json', alwaysOk: false }],
  ['application/json', { mediaType: 'application/json', alwaysOk: true }],
]);

/** Chooses the media type of the reply, or throws `INVALID_ACCEPT_HEADER`. */
export function negotiate(accept = ''): Accepted {
  return usual.get(accept) ?? choose(accept);
}

function choose(accept: string): Accepted {
  const ranges = rangesOf(accept);
  switch (ranges.mediaType([json, graphql])) {
    case json:
      return { mediaType: 'application/json', alwaysOk: namesJson(ranges) };
    case graphql:
      return { mediaType: 'application/graphql-response+json', alwaysOk: false };
    default: {
      const message =
        'A reply is application/graphql-response+json or application/json; Accept allows neither';
      throw new GatewayError('INVALID_ACCEPT_HEADER', message);
    }
  }
}

/** True for a browser that opens a page: HTML by name, before any JSON. */
export function prefersHtml(accept: string | undefined): boolean {
  return accept?.includes('text/html') === true && best(accept) === html;
}

/** The smallest form that `Accept-Encoding` allows. */
export function pageEncoding(acceptEncoding: string | undefined): PageEncoding {
  if (acceptEncoding === undefined) return 'identity';
  const headers = { 'accept-encoding': acceptEncoding };
  const allowed = new Negotiator({ headers }).encodings(['br', 'gzip']);
  if (allowed.includes('br')) return 'br';
  return allowed.includes('gzip') ? 'gzip' : 'identity';
}

function best(accept: string): string | undefined {
  return rangesOf(accept).mediaType([json, graphql, html]);
}

/** A missing or empty header accepts everything. */
function rangesOf(accept = ''): Negotiator {
  return new Negotiator({ headers: { accept: accept.trim() || '*/*' } });
}

/** Then JSON was chosen by its name: a name goes before any wildcard (RFC 9110, 12.5.1). */
function namesJson(ranges: Negotiator): boolean {
  return ranges.mediaTypes().some((type) => type.toLowerCase() === 'application/json');
}
