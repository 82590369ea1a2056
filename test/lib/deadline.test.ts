import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { toAbortSignal } from '../../src/lib/cancellation.ts';
import { Deadline } from '../../src/lib/deadline.ts';
import { listenTcp } from '../harness/listen-tcp.ts';

const never = new AbortController().signal;

describe('a deadline', () => {
  test('aborts when its time is over, and says so', async () => {
    using deadline = new Deadline(never, 1);
    await once(toAbortSignal(deadline.signal), 'abort');
    expect(deadline.expired).toBe(true);
  });

  test('leaves what has arrived meanwhile in time, however busy the event loop was', async () => {
    const accepted = Promise.withResolvers<Socket>();
    await using server = await listenTcp(accepted.resolve);
    const socket = connect(Number(server.port), '127.0.0.1');
    const other = await accepted.promise;
    using deadline = new Deadline(never, 20);
    let isOver = false;
    deadline.signal.addEventListener('abort', () => {
      isOver = true;
    });
    other.write('in time');
    const untilMs = performance.now() + 100;
    while (performance.now() < untilMs);
    await once(socket, 'readable');
    deadline[Symbol.dispose]();
    expect(String(socket.read())).toBe('in time');
    expect(isOver).toBe(false);
    socket.destroy();
  });

  test('aborts with its parent, for the same reason, and has not expired', () => {
    const parent = new AbortController();
    using deadline = new Deadline(parent.signal, 60_000);
    const reason = new Error('left');
    parent.abort(reason);
    expect(deadline.signal.reason).toBe(reason);
    expect(deadline.expired).toBe(false);
  });

  test('is over at once under a parent that has aborted', () => {
    using deadline = new Deadline(AbortSignal.abort('gone'), 60_000);
    expect(deadline.signal.reason).toBe('gone');
  });

  test('lets go of its parent when it is disposed', () => {
    const parent = new AbortController();
    const deadline = new Deadline(parent.signal, 60_000);
    deadline[Symbol.dispose]();
    parent.abort();
    expect(deadline.signal.aborted).toBe(false);
  });

  test('holds no memory once its work is done, though its parent lives on', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const parent = new AbortController();
    const run = (count: number): number => {
      for (let round = 0; round < count; round += 1) {
        using _deadline = new Deadline(parent.signal, 30_000);
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = run(1_000);
    expect(run(20_000) - before).toBeLessThan(2_000_000);
  });
});
