import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { type PageEncoding, pageEncoding } from './accept.ts';
import type { Handler } from './routes.ts';

/** What the page may do: run its own scripts and workers, and talk to this gateway alone. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  'worker-src blob:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-type': 'text/html; charset=utf-8',
  // The same URL answers with JSON, too.
  vary: 'Accept, Accept-Encoding',
  'cache-control': 'no-cache',
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

interface Form {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Serves one HTML page. It is made when first asked for, and compressed once for each encoding. */
export function pageHandler(page: () => string | Promise<string>): Handler {
  const source = remembered(async () => Buffer.from(await page()));
  const forms = {
    identity: remembered(async () => formOf(await source(), 'identity')),
    gzip: remembered(async () => formOf(await source(), 'gzip')),
    br: remembered(async () => formOf(await source(), 'br')),
  };
  return async (request: IncomingMessage, response: ServerResponse) => {
    const form = await forms[pageEncoding(request.headers['accept-encoding'] as string)]();
    if (response.destroyed) return;
    if (request.headers['if-none-match'] === form.headers['etag']) {
      response.writeHead(304, form.headers).end();
    } else {
      response.writeHead(200, { ...form.headers, 'content-length': form.bytes.length });
      response.end(form.bytes);
    }
  };
}

async function formOf(source: Buffer, encoding: PageEncoding): Promise<Form> {
  const bytes = await compressors[encoding](source);
  const hash = createHash('sha256').update(bytes).digest('base64url');
  const coding = encoding === 'identity' ? {} : { 'content-encoding': encoding };
  return { bytes, headers: { ...headers, ...coding, etag: `"${hash}"` } };
}

const compressors: Record<PageEncoding, (source: Buffer) => Promise<Buffer>> = {
  identity: async (source) => source,
  gzip: promisify<Buffer, Buffer>(gzip),
  // Middling quality: the best takes half a minute for a page of several megabytes.
  br: (source) => {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 5 };
    return promisify<Buffer, object, Buffer>(brotliCompress)(source, { params });
  },
};

/** Calls `make` once; only a failure is forgotten. */
function remembered<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make().catch((failure: unknown) => {
      made = undefined;
      throw failure;
    });
    return made;
  };
}
