import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { listen } from '../harness/listen.ts';
import { listenTcp, onRequest } from '../harness/listen-tcp.ts';
import { changed, lost, seen, twice, whole, withProfiles, withProfilesAt } from './broken.ts';

const tooLarge = lost(
  'answered with more bytes than are accepted',
  'SUBREQUEST_MALFORMED_RESPONSE',
);
const undecodable = lost(
  'answered with a body that cannot be decompressed',
  'SUBREQUEST_MALFORMED_RESPONSE',
);

describe('the time a call may take', () => {
  const late = lost('did not answer within 1000 ms', 'GATEWAY_TIMEOUT');
  const limits = { subgraphs: { profiles: { timeout: { total: '1s' } } } };
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n';
  const cases: Readonly<Record<string, string>> = {
    'ends while nothing comes': '',
    'ends within the head': 'HTTP/1.1 200 OK\r\n',
    'ends between head and body': head,
    'ends within the body': `${head}{"data":`,
  };
  test.each(Object.entries(cases))('%s, and so does the connection', async (_title, sent) => {
    const closed: Promise<unknown>[] = [];
    await using server = await listenTcp((socket) => {
      closed.push(once(socket, 'close'));
      onRequest(socket, () => socket.write(sent));
    });
    await using federation = await withProfilesAt(`http://127.0.0.1:${server.port}/`, limits);
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: late });
    expect(closed).toHaveLength(2);
    await Promise.all(closed);
  });

  test('ends though a byte comes now and then', async () => {
    await using server = await listenTcp((socket) => {
      onRequest(socket, () => {
        socket.write(head);
        const dripping = setInterval(() => socket.write(' '), 10);
        socket.once('close', () => clearInterval(dripping));
      });
    });
    await using federation = await withProfilesAt(`http://127.0.0.1:${server.port}/`, limits);
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: late });
  });

  test('is counted while a call waits for a connection, too', async () => {
    await using server = await listenTcp((socket) => onRequest(socket, () => {}));
    const one = { timeout: { total: '1s' }, connections: { max: 1 } };
    await using federation = await withProfilesAt(`http://127.0.0.1:${server.port}/`, {
      subgraphs: { profiles: one },
    });
    const replies = await Promise.all([federation.send(twice), federation.send('{ motto }')]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(replies[1]?.body).toEqual({
      data: { motto: null },
      errors: [
        {
          message: 'profiles did not answer within 1000 ms',
          path: ['motto'],
          extensions: { code: 'GATEWAY_TIMEOUT', service: 'profiles' },
        },
      ],
    });
  });
});

describe('an answer that is too long', () => {
  /** Writes for as long as it is read; settles with the bytes once the connection is gone. */
  async function pour(response: ServerResponse, piece: Buffer): Promise<number> {
    let bytes = 0;
    const closed = once(response, 'close');
    const write = (): void => {
      while (!response.destroyed && bytes < 200e6) {
        bytes += piece.length;
        if (!response.write(piece)) return;
      }
      response.end();
    };
    response.on('drain', write);
    write();
    await closed;
    return bytes;
  }

  test('is cut, and its connection with it', async () => {
    const poured: Promise<number>[] = [];
    await using server = await listen((_request, response) => {
      poured.push(pour(response, Buffer.alloc(65_536, 32)));
    });
    await using federation = await withProfilesAt(server.url, {
      subgraphs: { profiles: { response: { size: '1MB' } } },
    });
    const before = process.memoryUsage().rss;
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: tooLarge });
    const bytes = await Promise.all(poured);
    expect(bytes).toHaveLength(2);
    // What the sockets of both sides hold comes on top of the megabyte that was read.
    expect(Math.max(...bytes)).toBeLessThan(20e6);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  test('is not even begun when it says so itself', async () => {
    await using server = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': 2_000_000 }).flushHeaders();
    });
    await using federation = await withProfilesAt(server.url, {
      subgraphs: { profiles: { response: { size: '1MB' } } },
    });
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: tooLarge });
  });

  test('is cut though it was compressed to little', async () => {
    const bomb = gzipSync(Buffer.alloc(100e6, 32));
    await using server = await listen((_request, response) => {
      response.setHeader('content-encoding', 'gzip').end(bomb);
    });
    await using federation = await withProfilesAt(server.url, {
      subgraphs: { profiles: { response: { size: '1MB' } } },
    });
    const before = process.memoryUsage().rss;
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: tooLarge });
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
  });

  test('is cut though it was compressed twice', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(100e6, 32)));
    await using server = await listen((_request, response) => {
      response.setHeader('content-encoding', 'gzip, gzip').end(bomb);
    });
    await using federation = await withProfilesAt(server.url, {
      subgraphs: { profiles: { response: { size: '1MB' } } },
    });
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: tooLarge });
  });

  test('may be as long as the bound', async () => {
    const answer = '{"data":{"motto":"onwards"}}';
    await using server = await listen(async (request, response) => {
      await text(request);
      response.end(answer);
    });
    const size = (bytes: number) => ({
      subgraphs: { profiles: { response: { size: `${bytes}B` } } },
    });
    await using fits = await withProfilesAt(server.url, size(answer.length));
    expect((await fits.send('{ motto }')).body).toEqual({ data: { motto: 'onwards' } });
    await using short = await withProfilesAt(server.url, size(answer.length - 1));
    expect((await short.send('{ motto }')).body).toMatchObject({ data: { motto: null } });
  });
});

describe('an answer is decompressed', () => {
  const encoders: Readonly<Record<string, (text: string) => Buffer>> = {
    gzip: gzipSync,
    'x-gzip': gzipSync,
    GZIP: gzipSync,
    br: brotliCompressSync,
    deflate: deflateSync,
    identity: Buffer.from,
    'deflate, gzip': (text) => gzipSync(deflateSync(text)),
  };
  test.each(Object.entries(encoders))('from %s', async (encoding, encode) => {
    await using federation = await withProfiles(
      changed((answer, _request, response) => {
        response.setHeader('content-encoding', encoding).end(encode(answer));
      }),
    );
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: whole });
  });

  test('when it is one of an error, too', async () => {
    const errors = [{ message: 'no', extensions: { code: 'NO' } }];
    await using federation = await withProfiles((_request, response) => {
      response.writeHead(500, { 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify({ errors })));
    });
    expect((await federation.send('{ motto }')).body).toEqual({
      data: { motto: null },
      errors: [
        {
          message: 'Subgraph error',
          path: ['motto'],
          extensions: { code: 'NO', service: 'profiles' },
        },
      ],
    });
  });

  test('and asked for in encodings that can be read', async () => {
    const asked: unknown[] = [];
    await using federation = await withProfiles(
      changed((answer, request, response) => {
        asked.push(request.headers['accept-encoding']);
        response.end(answer);
      }),
    );
    await federation.send(twice);
    expect(asked).toEqual(['gzip, br', 'gzip, br']);
  });

  test('without a word on standard error', async () => {
    const warnings: unknown[] = [];
    const warned = (warning: Error) => void warnings.push(warning);
    process.on('warning', warned);
    await using federation = await withProfiles(changed());
    await federation.send(twice);
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });
});

describe('an answer that cannot be decompressed', () => {
  const whole = '{"data":{"motto":"onwards"}}';
  const bodies: Readonly<Record<string, readonly [string, Buffer]>> = {
    'is in an encoding that was not asked for': ['zstd', zstdCompressSync(whole)],
    'is in an encoding that nobody knows': ['compress', Buffer.from(whole)],
    'is named like a property of all objects': ['constructor', Buffer.from(whole)],
    'is not what it says': ['gzip', Buffer.from(whole)],
    'has lost its end': ['gzip', gzipSync(whole).subarray(0, -9)],
    'is brotli without an end': ['br', brotliCompressSync(whole).subarray(0, -4)],
    'is deflated without its frame': ['deflate', deflateRawSync(whole)],
    'is wrapped more often than anyone does': ['gzip, gzip, gzip, gzip, gzip, gzip', gzipSync('')],
  };
  test.each(Object.entries(bodies))('%s', async (_title, [encoding, body]) => {
    await using federation = await withProfiles((_request, response) => {
      response.setHeader('content-encoding', encoding).end(body);
    });
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body: undecodable });
  });

  test('is one without a body, which is told as that', async () => {
    await using federation = await withProfiles((_request, response) => {
      response.writeHead(503, { 'content-encoding': 'gzip' }).end();
    });
    expect(seen(await federation.send(twice))).toEqual({
      status: 200,
      body: lost('answered with HTTP status 503', 'SUBREQUEST_HTTP_ERROR', {
        http: { status: 503 },
      }),
    });
  });
});
