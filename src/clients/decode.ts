import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

const decoders = new Map([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** More than anyone needs, and few enough that none of them is work without end. */
const mostCodings = 3;

/**
 * Undoes a `content-encoding`: RFC 9110, section 8.4. Undefined for one that is not known; throws
 * what `node:zlib` throws, `ERR_BUFFER_TOO_LARGE` where any stage gives more than `maxBytes`.
 */
export async function decode(
  body: Buffer,
  encoding: string,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((each) => each.trim());
  const applied = codings.filter((each) => each !== 'identity' && each !== '');
  if (applied.length > mostCodings) return undefined;
  let decoded = body;
  for (const coding of applied.reverse()) {
    const decoder = decoders.get(coding);
    if (decoder === undefined) return undefined;
    decoded = await decoder(decoded, { maxOutputLength: maxBytes });
  }
  return decoded;
}
