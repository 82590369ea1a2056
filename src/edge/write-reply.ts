import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Reply } from '../context.ts';
import type { ReplyTurn } from './reply-turn.ts';

/** An unread request body up to this size is read and dropped, so that the connection lives on. */
const drainedBytes = 65_536;
/**
 * A longer body, in characters, is made bytes at once: text that waits for its client is copied by
 * each collection, bytes are not. A shorter one goes out in one piece with the head.
 */
const mostText = 4_096;
/** A body is written in pieces of this many bytes, so that it shows how fast its client reads. */
const pieceBytes = 131_072;
/** How long a client may take to read a last reply before its connection is cut, in ms. */
const lingerMs = 1_000;

/**
 * Sends `reply` whole, with the others of this `turn` if that is given. A client that has
 * left, or has been answered, gets nothing.
 */
export function writeReply(response: ServerResponse, reply: Reply, turn?: ReplyTurn): void {
  if (bodyIsPending(response.req)) writeLastReply(response, reply);
  else send(response, reply, {}, turn);
}

/**
 * Sends `reply` and ends the connection, reading nothing more from it: the rest of a body that
 * nobody wants, or bytes that can no longer be trusted to be requests.
 */
export function writeLastReply(response: ServerResponse, reply: Reply): void {
  const { req } = response;
  // Begun and paused. A body that nobody has begun, Node reads to its end to drop it.
  req.pause();
  req.read(0);
  // Node calls this once the reply is on its way.
  req.socket.destroySoon = () => linger(req.socket);
  send(response, reply, { connection: 'close' });
}

function send(
  response: ServerResponse,
  reply: Reply,
  extra: Record<string, string>,
  turn?: ReplyTurn,
): void {
  if (!isOpen(response)) return;
  const { status, body } = reply;
  const isLong = body.length > mostText;
  const bytes = isLong ? (turn?.bytesOf(body) ?? Buffer.from(body)) : body;
  const headers = { ...headersOf(reply), ...extra };
  if (status !== 204) headers['content-length'] = `${Buffer.byteLength(bytes)}`;
  response.writeHead(status, headers);
  if (typeof bytes !== 'string' && bytes.length > pieceBytes) endInPieces(response, bytes);
  else if (turn === undefined) response.end(bytes);
  else turn.atEnd(() => response.end(bytes));
}

/** Each piece follows once the client has taken the one before. */
function endInPieces(response: ServerResponse, bytes: Buffer): void {
  let written = 0;
  const writeOn = (): void => {
    while (bytes.length - written > pieceBytes) {
      const piece = bytes.subarray(written, written + pieceBytes);
      written += pieceBytes;
      if (!response.write(piece)) return;
    }
    response.off('drain', writeOn);
    response.end(bytes.subarray(written));
  };
  response.on('drain', writeOn);
  writeOn();
}

function isOpen(response: ServerResponse): boolean {
  return !response.headersSent && !response.destroyed;
}

/** Sends a head, then each chunk as fast as the client takes it, until `signal` aborts. */
export async function writeChunks(
  response: ServerResponse,
  head: Pick<Reply, 'status' | 'headers'>,
  chunks: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  if (!isOpen(response)) return;
  response.writeHead(head.status, headersOf(head));
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    if (!response.write(chunk)) await drained(response, signal);
  }
  response.end();
}

/** Sends `reply` on a connection that has no request to answer, and ends it. */
export function endSocket(socket: Socket, reply: Reply): void {
  if (!socket.writable) return;
  socket.write(serialized(reply));
  linger(socket);
}

/**
 * Half-closes, and leaves unread what the client still sends. Closing at once would reset the
 * connection, and the client could lose the reply.
 */
function linger(socket: Socket): void {
  socket.end();
  socket.pause();
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}

async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal });
  } catch (failure) {
    signal.throwIfAborted();
    throw failure;
  }
}

/** True when a body is on its way that is too large, or of unknown size, to be read and dropped. */
function bodyIsPending(request: IncomingMessage): boolean {
  if (request.complete) return false;
  if (request.headers['transfer-encoding'] !== undefined) return true;
  return Number(request.headers['content-length'] ?? 0) > drainedBytes;
}

function headersOf(reply: Pick<Reply, 'headers'>): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(reply.headers)) {
    headers[name] = typeof value === 'string' ? value : [...value];
  }
  return headers;
}

function serialized(reply: Reply): string {
  const headers = {
    'content-length': `${Buffer.byteLength(reply.body)}`,
    ...reply.headers,
    date: new Date().toUTCString(),
    connection: 'close',
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((line) => `${name}: ${line}\r\n`),
  );
  return `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}\r\n${lines.join('')}\r\n${reply.body}`;
}
