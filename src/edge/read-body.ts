import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { type Decoder, decoderFor } from './content-encoding.ts';

/** Strict, unlike `Buffer.toString`. A leading byte order mark is dropped (RFC 8259, 8.1). */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The text of a request's body, decompressed and decoded. At most `limitBytes` are read, and at
 * most as many come out of a compressed body; more is `PAYLOAD_TOO_LARGE`, and reading stops.
 */
export async function readBody(
  request: IncomingMessage,
  limitBytes: number,
  signal: Cancellation,
): Promise<string> {
  const encoding = request.headers['content-encoding'];
  const decoder = encoding === undefined ? undefined : decoderFor(encoding);
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  const bytes = await readBytes(request, limitBytes, signal);
  const plain = decoder === undefined ? bytes : await decode(bytes, decoder, limitBytes);
  try {
    return utf8.decode(plain);
  } catch (cause) {
    throw new GatewayError('BAD_REQUEST', 'The request body is not valid UTF-8', { cause });
  }
}

async function decode(bytes: Buffer, decoder: Decoder, limitBytes: number): Promise<Buffer> {
  try {
    return await decoder(bytes, { maxOutputLength: limitBytes });
  } catch (cause) {
    if (codeOf(cause) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limitBytes, { cause });
    const message = 'The request body is not what its Content-Encoding says';
    throw new GatewayError('BAD_REQUEST', message, { cause });
  }
}

function codeOf(thrown: unknown): unknown {
  const known = typeof thrown === 'object' && thrown !== null && 'code' in thrown;
  return known ? thrown.code : undefined;
}

function tooLarge(limitBytes: number, options?: ErrorOptions): GatewayError {
  const message = `The request body is larger than ${limitBytes} bytes`;
  return new GatewayError('PAYLOAD_TOO_LARGE', message, options);
}

function readBytes(
  request: IncomingMessage,
  limitBytes: number,
  signal: Cancellation,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (): void => {
      request.off('data', onData).off('end', onEnd).off('error', onAbort);
      signal.removeEventListener('abort', onAbort);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      settle();
      request.pause();
      reject(tooLarge(limitBytes));
    };
    const onEnd = (): void => {
      settle();
      const [only] = chunks;
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks, length));
    };
    const onAbort = (): void => {
      settle();
      reject(signal.aborted ? signal.reason : leftEarly());
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    request.on('data', onData).on('end', onEnd).on('error', onAbort);
  });
}

function leftEarly(): GatewayError {
  return new GatewayError('CLIENT_CLOSED_REQUEST', 'The request body ended early');
}
