import { expect, test } from '@jest/globals';
import { Canceller } from '../../src/lib/cancellation.ts';
import { bounded } from '../../src/resilience/bounded.ts';
import { Bulkhead } from '../../src/resilience/bulkhead.ts';

/** Calls that last until they are answered, in the order in which they began. */
function room(max: number, queue: number) {
  const bulkhead = new Bulkhead({ max, queue });
  const answers: ((answer: string) => void)[] = [];
  let refused = 0;
  const layer = bounded<string, string>({
    upstream: 'orders',
    bulkhead,
    refused: () => {
      refused += 1;
    },
  });
  const call = layer((asked) => {
    const { promise, resolve } = Promise.withResolvers<string>();
    answers.push((answer) => resolve(`${asked} ${answer}`));
    return promise;
  });
  const ask = (asked: string, signal = new Canceller()) => call(asked, signal);
  return { bulkhead, answers, ask, refused: () => refused };
}

const full = {
  code: 'SUBGRAPH_CONCURRENCY_LIMITED',
  status: 503,
  message: 'orders is asked too much at once',
  extensions: { service: 'orders' },
};

test('As many as there is room for are under way, some wait, and the rest is refused', async () => {
  const { bulkhead, answers, ask, refused } = room(2, 1);
  const [one, two, three] = ['one', 'two', 'three'].map((name) => ask(name));
  await expect(ask('four')).rejects.toMatchObject(full);
  expect(bulkhead.state()).toEqual({ inFlight: 2, queued: 1 });
  expect({ begun: answers.length, refused: refused() }).toEqual({ begun: 2, refused: 1 });
  answers[0]?.('done');
  expect(await one).toBe('one done');
  expect(bulkhead.state()).toEqual({ inFlight: 2, queued: 0 });
  answers[1]?.('done');
  answers[2]?.('done');
  expect(await Promise.all([two, three])).toEqual(['two done', 'three done']);
  expect(bulkhead.state()).toEqual({ inFlight: 0, queued: 0 });
});

test('Who leaves the queue makes place there at once', async () => {
  const { bulkhead, answers, ask } = room(1, 1);
  const one = ask('one');
  const leaving = new Canceller();
  const reason = new Error('The client has left');
  const left = expect(ask('two', leaving)).rejects.toBe(reason);
  leaving.abort(reason);
  expect(bulkhead.state()).toEqual({ inFlight: 1, queued: 0 });
  const three = ask('three');
  answers[0]?.('done');
  await one;
  await left;
  await new Promise(setImmediate);
  answers[1]?.('done');
  expect(await three).toBe('three done');
});

test('They are let in in their order', async () => {
  const { answers, ask } = room(1, 3);
  const all = ['one', 'two', 'three', 'four'].map((name) => ask(name));
  for (const [at, each] of all.entries()) {
    answers[at]?.('done');
    await each;
    await new Promise(setImmediate);
  }
  expect(await Promise.all(all)).toEqual(['one done', 'two done', 'three done', 'four done']);
});

test('A bulkhead that gets larger lets in those that wait, and a smaller one nobody out', async () => {
  const { bulkhead, answers, ask } = room(1, 3);
  const all = ['one', 'two', 'three'].map((name) => ask(name));
  bulkhead.configure({ max: 3, queue: 0 });
  expect(bulkhead.state()).toEqual({ inFlight: 3, queued: 0 });
  bulkhead.configure({ max: 1, queue: 0 });
  expect(bulkhead.state()).toEqual({ inFlight: 3, queued: 0 });
  await expect(ask('four')).rejects.toMatchObject(full);
  await new Promise(setImmediate);
  for (const answer of answers) answer('done');
  await Promise.all(all);
  expect(bulkhead.state()).toEqual({ inFlight: 0, queued: 0 });
});

test('Those that wait can be sent away, and those that are in stay', async () => {
  const { bulkhead, answers, ask } = room(1, 2);
  const one = ask('one');
  const reason = new Error('It is no use');
  const away = ['two', 'three'].map((name) => expect(ask(name)).rejects.toBe(reason));
  bulkhead.dismiss(() => reason);
  await Promise.all(away);
  expect(bulkhead.state()).toEqual({ inFlight: 1, queued: 0 });
  answers[0]?.('done');
  expect(await one).toBe('one done');
  expect(bulkhead.state()).toEqual({ inFlight: 0, queued: 0 });
});
