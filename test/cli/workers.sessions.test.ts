import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { AskedStore } from '../../src/auth/sessions/asked-store.ts';
import { PrimarySessions } from '../../src/cli/workers/primary-sessions.ts';
import { session, sessionStoreContract } from '../contracts/session-store.ts';

const file = fileURLToPath(new URL('session-keeper.ts', import.meta.url));
const bounds = { sessions: 1_000, bytes: 1_000_000 };
const signal = new AbortController().signal;

/** The sessions of another process, which can be frozen. */
async function open() {
  const keeper = fork(file, { serialization: 'advanced' });
  const sessions = new PrimarySessions(keeper);
  const store = new AskedStore('own', bounds, (question, until) => sessions.ask(question, until));
  return {
    store,
    freeze: () => keeper.kill('SIGSTOP'),
    thaw: () => keeper.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      const ended = once(keeper, 'exit');
      keeper.kill('SIGKILL');
      await ended;
    },
  };
}

sessionStoreContract(open);

test('a process that is frozen is not waited for, and serves once it goes on', async () => {
  await using keeper = await open();
  const { store } = keeper;
  await store.create('a', session('a'), signal);
  keeper.freeze();
  const startedMs = performance.now();
  const all = Array.from({ length: 50 }, () => store.read('a', signal));
  for (const outcome of await Promise.allSettled(all)) {
    const message = 'The process that has the sessions did not answer within 2000 ms';
    expect(outcome).toMatchObject({ reason: { message } });
  }
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  keeper.thaw();
  expect((await store.read('a', signal))?.value).toBe('a');
});

test('no more than a number of questions wait for it, those included that were given up', async () => {
  await using keeper = await open();
  const { store } = keeper;
  await store.create('a', session('a'), signal);
  keeper.freeze();
  const leaving = new AbortController();
  const left = Array.from({ length: 9_999 }, () => store.read('a', leaving.signal));
  leaving.abort(new Error('left'));
  for (const { status } of await Promise.allSettled(left)) expect(status).toBe('rejected');
  const last = store.read('a', signal);
  await expect(store.read('a', signal)).rejects.toThrow('10000 questions have no answer yet');
  keeper.thaw();
  await Promise.allSettled([last]);
  expect((await store.read('a', signal))?.value).toBe('a');
});

test('who leaves does not wait', async () => {
  await using keeper = await open();
  keeper.freeze();
  const leaving = new AbortController();
  const read = keeper.store.read('a', leaving.signal);
  leaving.abort(new Error('left'));
  await expect(read).rejects.toThrow('left');
});
