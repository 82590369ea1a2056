import type { Presented } from '../context.ts';
import { CredentialRefused } from './scheme.ts';

/** Where a credential is looked for. */
export type Place =
  | { readonly header: string }
  | { readonly cookie: string }
  | { readonly query: string };

/** Names of authentication schemes are the same in any case: RFC 9110, section 11.1. */
const bearer = /^bearer(?: +|$)/i;
/** A token of RFC 6750, section 2.1. */
const token68 = /^[\w.~+/-]+=*$/;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What the request has at `place`; two of them are refused, since readers could disagree. */
export function credentialAt(place: Place, request: Presented): string | undefined {
  if ('cookie' in place) return cookie(place.cookie, request.headers.cookie);
  if ('query' in place) return parameter(place.query, request.url);
  const value = request.headers[place.header];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || isRepeated(place.header, request)) {
    throw new CredentialRefused('repeated', 'The credentials are given more than once');
  }
  return value;
}

/** The token at `place`. In `Authorization` it stands behind `Bearer`, elsewhere it may. */
export function bearerTokenAt(place: Place, request: Presented): string | undefined {
  const value = credentialAt(place, request);
  if (value === undefined) return undefined;
  if (value.startsWith('Bearer ') && value[7] !== ' ') return value.slice(7);
  const prefix = bearer.exec(value)?.[0];
  if (prefix !== undefined) return value.slice(prefix.length);
  if (!('header' in place) || place.header !== 'authorization') return value;
  throw otherKind();
}

/** A name and a password: RFC 7617, in UTF-8. */
export interface BasicCredentials {
  readonly name: string;
  readonly password: string;
}

/** What stands behind `Basic` in `Authorization`. */
export function basicCredentials(request: Presented): BasicCredentials | undefined {
  const value = credentialAt({ header: 'authorization' }, request);
  if (value === undefined) return undefined;
  const [, encoded] = /^basic +([\w+/-]+=*)$/i.exec(value) ?? [];
  const text = encoded === undefined ? undefined : decoded(encoded);
  const colon = text?.indexOf(':') ?? -1;
  if (text !== undefined && colon >= 0) {
    return { name: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  const isBasic = /^basic(?: |$)/i.test(value);
  if (isBasic) throw new CredentialRefused('malformed', 'The name and password are malformed');
  throw otherKind();
}

/** Undefined for what is no UTF-8, or has control characters: RFC 7617, section 2. */
function decoded(encoded: string): string | undefined {
  try {
    const text = utf8.decode(Buffer.from(encoded, 'base64'));
    return /\p{Cc}/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function otherKind(): CredentialRefused {
  const message = 'The Authorization header is of no kind that is accepted here';
  return new CredentialRefused('kind', message, { isForeign: true });
}

/** Throws for what no token looks like. */
export function checkToken(token: string): void {
  if (!token68.test(token)) throw new CredentialRefused('malformed', 'The token is malformed');
}

function isRepeated(name: string, { rawHeaders = [] }: Presented): boolean {
  let lines = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index];
    if (sent?.length === name.length && sent.toLowerCase() === name) lines += 1;
  }
  return lines > 1;
}

/** RFC 6265, section 4.2.1. */
function cookie(name: string, header: string | undefined): string | undefined {
  const start = `${name}=`;
  const pairs = header?.split(';').map((pair) => pair.trim()) ?? [];
  return only(pairs.filter((pair) => pair.startsWith(start)))?.slice(start.length);
}

function parameter(name: string, url = ''): string | undefined {
  const mark = url.indexOf('?');
  return mark === -1 ? undefined : only(new URLSearchParams(url.slice(mark + 1)).getAll(name));
}

function only(values: readonly string[]): string | undefined {
  if (values.length <= 1) return values[0];
  throw new CredentialRefused('repeated', 'The credentials are given more than once');
}
