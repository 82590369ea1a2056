import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.ts';

/** Bounds of a request's head. */
export interface HeadLimits {
  /** Header lines of a request. */
  readonly headers: number;
  /** Bytes of all header lines together. */
  readonly headerBytes: number;
  /** Bytes of the request target. */
  readonly uri: number;
}

/** A registered name, an IPv4 address or a bracketed IPv6 address, and a port (RFC 3986, 3.2.2). */
const authority = /^(?:[a-z0-9._~-]*|\[[0-9a-f:.]+\])(?::\d{0,5})?$/i;
/** Visible ASCII without a fragment, and no backslash in the path: it is read as `/` by some. */
const target = /^[!"$->@-[\]-~]+(?:\?[!"$-~]*)?$/;
const absoluteForm = /^https?:\/\/([^/?]*)/i;
/** Taken as hop-by-hop, each of these would change where a request ends or where it goes. */
const neverHopByHop = /(?:^|[,\s])(?:content-length|transfer-encoding|host)(?:$|[,\s])/i;

/**
 * Throws for a request head that is too large, or that `node:http` accepts although two readers
 * could disagree on where the request ends or for whom it is (RFC 9112, sections 3.2, 6 and 11.2).
 */
export function checkHead(request: IncomingMessage, limits: HeadLimits): void {
  const url = request.url ?? '';
  if (url.length > limits.uri) {
    throw new GatewayError('URI_TOO_LONG', `The URI is longer than ${limits.uri} bytes`);
  }
  const hosts = checkSize(request.rawHeaders, limits);
  if (request.httpVersionMajor !== 1 || request.httpVersionMinor > 1) {
    throw refusal('Only HTTP/1.0 and HTTP/1.1 are spoken here');
  }
  if (!target.test(url)) throw refusal('The request target is not valid');
  checkHost(request, hosts, url);
  checkFraming(request);
}

/** Gives the number of `Host` lines. */
function checkSize(rawHeaders: readonly string[], limits: HeadLimits): number {
  let bytes = 0;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    bytes += name.length + (rawHeaders[index + 1]?.length ?? 0) + ': \r\n'.length;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (rawHeaders.length > 2 * limits.headers) {
    throw new GatewayError('HEADERS_TOO_LARGE', `More than ${limits.headers} headers were sent`);
  }
  if (bytes > limits.headerBytes) {
    const message = `The headers are larger than ${limits.headerBytes} bytes`;
    throw new GatewayError('HEADERS_TOO_LARGE', message);
  }
  return hosts;
}

function checkHost(request: IncomingMessage, hosts: number, url: string): void {
  const { host } = request.headers;
  if (hosts > 1) throw refusal('More than one Host header was sent');
  if (host === undefined) {
    if (request.httpVersionMinor === 1) throw refusal('HTTP/1.1 requires a Host header');
  } else if (!authority.test(host)) {
    throw refusal('The Host header is not valid');
  }
  const named = absoluteForm.exec(url)?.[1];
  if (named !== undefined && named.toLowerCase() !== host?.toLowerCase()) {
    throw refusal('The request target and the Host header name different hosts');
  }
}

function checkFraming({ headers, httpVersionMinor }: IncomingMessage): void {
  const encoding = headers['transfer-encoding'];
  if (encoding !== undefined && (httpVersionMinor === 0 || encoding.toLowerCase() !== 'chunked')) {
    throw refusal('The only Transfer-Encoding is chunked, in HTTP/1.1');
  }
  if (headers.connection !== undefined && neverHopByHop.test(headers.connection)) {
    throw refusal('The Connection header names a header that is not hop-by-hop');
  }
}

function refusal(message: string): GatewayError {
  return new GatewayError('BAD_REQUEST', message);
}
