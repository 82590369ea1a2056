import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { GatewayError } from '../errors.ts';

/** Turns the bytes of a body into what was encoded, or fails beyond `maxOutputLength` bytes. */
export type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', promisify<Buffer, object, Buffer>(gunzip)],
  ['x-gzip', promisify<Buffer, object, Buffer>(gunzip)], // RFC 9110, 8.4.1.3
  ['deflate', promisify<Buffer, object, Buffer>(inflate)],
  ['br', promisify<Buffer, object, Buffer>(brotliDecompress)],
  ['identity', (bytes) => Promise.resolve(bytes)],
]);

/** What undoes a `Content-Encoding`. One encoding at most: several multiply what a byte can become. */
export function decoderFor(contentEncoding: string): Decoder {
  const decoder = decoders.get(contentEncoding.trim().toLowerCase());
  if (decoder !== undefined) return decoder;
  const message = 'The Content-Encoding of a request is one of gzip, deflate, br and identity';
  const headers = { 'accept-encoding': 'gzip, deflate, br' }; // RFC 9110, 12.5.3
  throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', message, { headers });
}
